// SPDX-License-Identifier: MIT

export interface Layout {
	columns: number;
	/** Width of a tile in pixels. */
	width: number;
}

/** The number of columns at which `count` tiles of that ratio (width to height) are largest in the space there is. */
export function bestLayout(count: number, space: { width: number; height: number }, ratio: number, gap: number): Layout {
	let best: Layout = { columns: 1, width: 0 };
	for (let columns = 1; columns <= Math.max(1, count); columns++) {
		const rows = Math.ceil(count / columns);
		const byWidth = (space.width - gap * (columns - 1)) / columns;
		const byHeight = ((space.height - gap * (rows - 1)) / rows) * ratio;
		const width = Math.floor(Math.min(byWidth, byHeight));
		if (width > best.width) best = { columns, width };
	}
	return best;
}
