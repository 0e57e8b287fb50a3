// SPDX-License-Identifier: MIT
// What the tables show of each list.
import type { AdminStrings } from '../strings/admin/words.js';
import type { ListKind } from './api.js';

export type Format = 'text' | 'time' | 'id' | 'decision' | 'purpose' | 'medium' | 'purposes' | 'bytes' | 'number' | 'hash' | 'activities';

export interface Column {
	field: string;
	label: keyof AdminStrings & string;
	format: Format;
}

const column = (field: string, label: keyof AdminStrings & string, format: Format = 'text'): Column => ({ field, label, format });

export const columns: Record<ListKind, Column[]> = {
	meetings: [
		column('began', 'began', 'time'),
		column('ended', 'ended', 'time'),
		column('room', 'room'),
		column('meeting', 'meeting', 'id'),
		column('participants', 'participants', 'number'),
		column('activities', 'activities', 'activities'),
	],
	records: [
		column('time', 'time', 'time'),
		column('room', 'room'),
		column('display', 'display'),
		column('purpose', 'purpose', 'purpose'),
		column('medium', 'medium', 'medium'),
		column('decision', 'decision', 'decision'),
		column('how', 'how'),
		column('meeting', 'meeting', 'id'),
		column('participant', 'participant', 'id'),
		column('lang', 'noticeLanguage'),
		column('version', 'version', 'number'),
		column('notice', 'notice', 'hash'),
		column('expires', 'expires', 'time'),
	],
	segments: [
		column('opened', 'opened', 'time'),
		column('closed', 'closed', 'time'),
		column('room', 'room'),
		column('display', 'display'),
		column('medium', 'medium', 'medium'),
		column('codec', 'codec'),
		column('purposes', 'purposes', 'purposes'),
		column('packets', 'packets', 'number'),
		column('lost', 'lost', 'number'),
		column('bytes', 'bytes', 'bytes'),
		column('reason', 'reason'),
		column('meeting', 'meeting', 'id'),
		column('participant', 'participant', 'id'),
		column('file', 'file'),
		column('sha256', 'sha256', 'hash'),
	],
};
