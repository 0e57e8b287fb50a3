// SPDX-License-Identifier: MIT
import { css } from 'lit';

export const questionStyles = css`
	:host {
		display: block;
	}

	header {
		align-items: center;
		display: flex;
		gap: 0.75rem;
	}

	.sign {
		background: var(--_tint);
		border-radius: 12px;
		color: var(--_accent);
		display: grid;
		flex: none;
		block-size: 2.75rem;
		inline-size: 2.75rem;
		place-items: center;
	}

	.sign svg {
		block-size: 1.5rem;
		inline-size: 1.5rem;
	}

	/* Wording in a language that runs the other way keeps its marks in place, and its lines where the others begin. */
	[dir='auto'] {
		text-align: match-parent;
	}

	.title {
		font-size: 1.125rem;
		font-weight: 650;
		letter-spacing: -0.01em;
		line-height: 1.3;
		overflow-wrap: anywhere;
		text-wrap: balance;
	}

	.by {
		color: var(--_muted);
		font-size: 0.875rem;
		overflow-wrap: anywhere;
	}

	.summary {
		margin-block-start: 0.875rem;
		overflow-wrap: anywhere;
	}

	dl {
		border-block-start: 1px solid var(--_line);
		display: grid;
		font-size: 0.875rem;
		gap: 0.75rem;
		margin-block-start: 0.875rem;
		padding-block-start: 0.875rem;
	}

	dl > div {
		padding-inline-start: 2rem;
		position: relative;
	}

	dt {
		color: var(--_muted);
		font-size: 0.8125rem;
	}

	dt svg {
		inset-block-start: 0.125rem;
		inset-inline-start: 0;
		position: absolute;
	}

	dd {
		overflow-wrap: anywhere;
	}

	dd::first-letter {
		text-transform: uppercase;
	}

	/* Where height is short, label and text share their lines. */
	:host([compact]) dl > div {
		padding: 0;
	}

	:host([compact]) :is(dt, dd) {
		display: inline;
		font-size: 0.875rem;
	}

	:host([compact]) dt::after {
		content: ': ';
	}

	:host([compact]) dl {
		border: 0;
		gap: 0.25rem;
		margin-block-start: 0.5rem;
		padding-block-start: 0;
	}

	:host([compact]) dt svg {
		display: none;
	}

	/* On a phone all of it shall stand above the answers. */
	@media (max-width: 36rem) {
		.sign {
			block-size: 2.25rem;
			inline-size: 2.25rem;
		}

		dl {
			gap: 0.5rem;
		}

		:is(dt, dd) {
			display: inline;
			font-size: 0.875rem;
		}

		dt::after {
			content: ': ';
		}
	}

	/* On a low screen, or one that is much enlarged, the lines that are read count most. */
	@media (max-height: 30rem) {
		.sign {
			display: none;
		}

		.summary {
			margin-block-start: 0.5rem;
		}
	}

	details {
		margin-block-start: 0.5rem;
	}

	summary {
		padding-block: 0.25rem;
	}

	details p {
		color: var(--_muted);
		font-size: 0.875rem;
		overflow-wrap: anywhere;
		padding-block: 0.25rem 0.5rem;
		white-space: pre-line;
	}

	/* The answers stay in sight while what is before them is read; a choice line by line would leave no room for that. */
	:host(:not([compact])) .stays,
	:host([banner]) .stays {
		background: var(--_surface);
		container-type: scroll-state;
		inset-block-end: calc(-1 * var(--_padding, 0px));
		margin-block-end: -0.5rem;
		padding-block-end: 0.5rem;
		position: sticky;
	}

	/* That more stands above them than is seen: it fades out instead of being cut. */
	.stays::before {
		background: linear-gradient(transparent, var(--_surface));
		block-size: 1.5rem;
		content: '';
		inset: -1.5rem 0 auto;
		opacity: 0;
		pointer-events: none;
		position: absolute;
	}

	@container scroll-state(stuck: bottom) {
		.stays::before {
			opacity: 1;
		}
	}

	@media (min-width: 52rem) {
		:host([banner]) section {
			column-gap: 2.5rem;
			display: grid;
			grid-template-columns: minmax(0, 1fr) 21rem;
		}

		:host([banner]) .act {
			align-self: center;
			background: none;
			grid-column: 2;
			grid-row: 1 / span 4;
			position: static;
		}

		:host([banner]) dl {
			display: block;
		}
	}

	.answers {
		display: grid;
		gap: 0.625rem;
		grid-template-columns: 1fr 1fr;
		padding-block-start: 0.75rem;
	}

	.save {
		grid-template-columns: 1fr;
	}

	.lines {
		display: grid;
		gap: 0.5rem;
		margin-block-start: 1rem;
	}

	.lines > li {
		align-items: center;
		display: flex;
		flex-wrap: wrap;
		gap: 0.25rem 0.75rem;
		justify-content: space-between;
	}

	.medium {
		align-items: center;
		display: inline-flex;
		font-weight: 500;
		gap: 0.5rem;
	}

	.medium::first-letter,
	.cap::first-letter {
		text-transform: uppercase;
	}

	.cap {
		display: inline-block;
	}

	.medium svg {
		color: var(--_muted);
	}

	.other {
		display: flex;
		flex-wrap: wrap;
		justify-content: space-between;
		margin: 0.375rem -0.5rem -0.375rem;
	}

	.error {
		margin-block-start: 0.875rem;
	}
`;
