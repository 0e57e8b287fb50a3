// SPDX-License-Identifier: MIT
import { css } from 'lit';

export const listStyles = css`
	:host {
		display: grid;
		gap: 1rem;
		grid-template-rows: auto auto minmax(0, 1fr) auto;
		min-block-size: 0;
	}

	.toolbar {
		align-items: center;
		display: flex;
		flex-wrap: wrap;
		gap: 0.5rem;
	}

	.toolbar p {
		color: var(--page-muted);
		flex: 1;
		font-size: 0.875rem;
		min-inline-size: 12rem;
	}

	.toolbar .hint {
		flex: 0 1 auto;
	}

	.scroll {
		align-self: start;
		background: var(--page-surface);
		border: 1px solid var(--page-line);
		border-radius: 14px;
		max-block-size: 100%;
		overflow: auto;
	}

	table {
		border-collapse: collapse;
		font-size: 0.875rem;
		font-variant-numeric: tabular-nums;
		inline-size: 100%;
	}

	table[aria-busy='true'] tbody {
		opacity: 0.5;
	}

	th,
	td {
		padding: 0.5rem 0.875rem;
		text-align: start;
		white-space: nowrap;
	}

	thead :is(th, td) {
		background: var(--page-subtle);
		color: var(--page-muted);
		font-size: 0.8125rem;
		font-weight: 600;
		inset-block-start: 0;
		position: sticky;
		z-index: 1;
	}

	tbody tr + tr td {
		border-block-start: 1px solid var(--page-line);
	}

	tbody tr:hover td {
		background: var(--page-subtle);
	}

	td:is(.text, .purpose) {
		max-inline-size: 18rem;
		overflow: hidden;
		text-overflow: ellipsis;
	}

	/* A name that is too long for its place loses its end, whichever way the page runs. */
	td.text {
		text-align: match-parent;
	}

	:is(th, td):is(.number, .bytes) {
		text-align: end;
	}

	code,
	.narrow {
		font-family: ui-monospace, 'SF Mono', 'DejaVu Sans Mono', monospace;
		font-size: 0.8125rem;
	}

	code {
		color: var(--page-muted);
	}

	.narrow,
	.links button {
		background: none;
		border: 0;
		border-radius: 6px;
		color: var(--page-accent);
		font-weight: 500;
		min-block-size: 1.75rem;
		margin-inline: -0.25rem;
		padding: 0 0.25rem;
	}

	.narrow:hover,
	.links button:hover {
		background: var(--page-tint);
	}

	/* What can be done with a row stays in sight, however wide the table is. */
	:is(td.links, thead td) {
		inset-inline-end: 0;
		position: sticky;
	}

	td.links {
		background: linear-gradient(to right, transparent, var(--page-surface) 1rem);
		padding-inline-start: 1.5rem;
		text-align: end;
	}

	td.links:dir(rtl) {
		background: linear-gradient(to left, transparent, var(--page-surface) 1rem);
	}

	.links button {
		font-size: 0.875rem;
		padding-inline: 0.5rem;
	}

	.chip {
		background: var(--page-subtle);
		border-radius: 999px;
		color: var(--page-text);
		display: inline-block;
		font-size: 0.8125rem;
		font-weight: 550;
		padding: 0.0625rem 0.625rem;
	}

	.chip.granted {
		background: var(--page-clear-tint);
		color: var(--page-clear);
	}

	.chip.withdrawn,
	.chip.expired {
		background: var(--page-warn-tint);
		color: var(--page-warn);
	}

	.chip.live {
		background: var(--page-tint);
		color: var(--page-accent);
	}

	.empty {
		align-self: start;
		background: var(--page-surface);
		border: 1px solid var(--page-line);
		border-radius: 14px;
		color: var(--page-muted);
		padding: 3rem 1rem;
		text-align: center;
	}

	.pages {
		align-items: center;
		color: var(--page-muted);
		display: flex;
		font-size: 0.875rem;
		gap: 0.75rem;
		justify-content: center;
	}

	@media print {
		.scroll {
			border: 0;
			max-block-size: none;
			overflow: visible;
		}

		table {
			font-size: 0.625rem;
		}

		:is(th, td) {
			padding: 0.25rem 0.375rem;
			white-space: normal;
		}

		:is(code, .narrow, .chip) {
			font-size: inherit;
		}

		td:is(.text, .purpose) {
			max-inline-size: 9rem;
			overflow: visible;
			overflow-wrap: break-word;
		}

		.links,
		.pages button,
		.toolbar > :not(p),
		admin-filter-form {
			display: none;
		}
	}
`;
