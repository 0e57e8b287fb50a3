// SPDX-License-Identifier: MIT
import { css, html, LitElement, nothing, type CSSResultGroup, type PropertyDeclarations, type TemplateResult } from 'lit';
import { purposeCalled, purposeName, SHIPPED } from '../../shared/purposes.js';
import { pageStyles } from '../../shared/styles.js';
import type { AdminStrings } from '../../strings/admin/words.js';
import type { Translate } from '../../strings/localize.js';
import type { Filters, ListKind } from '../api.js';
import { filtersOf, toFilters, toLocalField } from '../filters.js';

const DECISIONS = ['granted', 'refused', 'withdrawn', 'expired'] as const;

/** The filters of a list. Emits `filters` when they are applied or cleared. */
export class AdminFilterForm extends LitElement {
	static override properties: PropertyDeclarations = {
		t: { attribute: false },
		language: { attribute: false },
		kind: { attribute: false },
		filters: { attribute: false },
	};

	static override styles: CSSResultGroup = [
		pageStyles,
		css`
			:host {
				display: block;
			}

			summary {
				border-radius: 8px;
				cursor: pointer;
				font-size: 0.9375rem;
				font-weight: 600;
				inline-size: fit-content;
			}

			form {
				margin-block-start: 0.75rem;
				align-items: end;
				display: grid;
				gap: 0.75rem;
				grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr));
			}

			label {
				color: var(--page-muted);
				display: grid;
				font-size: 0.8125rem;
				font-weight: 550;
				gap: 0.25rem;
			}

			input,
			select {
				font-size: 0.875rem;
				padding-inline: 0.5rem;
			}

			.act {
				display: flex;
				gap: 0.5rem;
			}
		`,
	];

	declare t: Translate<AdminStrings>;
	declare language: string;
	declare kind: ListKind;
	declare filters: Filters;

	protected override render(): TemplateResult {
		const count = Object.keys(this.filters).length;
		return html`<details ?open=${count > 0 || matchMedia('(min-width: 48rem)').matches}>
			<summary>${this.t('filters')}${count ? ` (${count})` : ''}</summary>
			${this.form()}
		</details>`;
	}

	private form(): TemplateResult {
		return html`<form aria-label=${this.t('filters')} @submit=${this.apply}>
			${filtersOf[this.kind].map((name) => html`<label>${this.t(name === 'display' ? 'searchName' : name)} ${this.field(name)}</label>`)}
			<div class="act">
				<button type="submit">${this.t('apply')}</button>
				<button type="button" class="quiet" @click=${() => this.emit({})}>${this.t('clear')}</button>
			</div>
			<datalist id="purposes">${SHIPPED.map((one) => html`<option value=${one}>${purposeName(one, this.language)}</option>`)}</datalist>
		</form>`;
	}

	private field(name: keyof Filters): TemplateResult {
		const value = this.filters[name] ?? '';
		switch (name) {
			case 'decision':
				return html`<select name=${name} .value=${value}>
					<option value="">${this.t('anyValue')}</option>
					${DECISIONS.map((one) => html`<option value=${one} ?selected=${one === value}>${this.t(one)}</option>`)}
				</select>`;
			case 'from':
			case 'to':
				return html`<input name=${name} type="datetime-local" .value=${toLocalField(value)} />`;
			case 'display':
				return html`<input name=${name} type="search" autocomplete="off" .value=${value} />`;
			default:
				return html`<input name=${name} list=${name === 'purpose' ? 'purposes' : nothing} autocomplete="off" .value=${value} />`;
		}
	}

	private apply(event: SubmitEvent): void {
		event.preventDefault();
		const filters = toFilters(this.kind, new FormData(event.target as HTMLFormElement));
		if (filters.purpose) filters.purpose = purposeCalled(filters.purpose, this.language);
		this.emit(filters);
	}

	private emit(filters: Filters): void {
		this.dispatchEvent(new CustomEvent('filters', { detail: filters }));
	}
}
