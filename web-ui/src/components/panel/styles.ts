// SPDX-License-Identifier: MIT
import { css } from 'lit';

export const panelStyles = css`
	:host {
		display: block;
		max-inline-size: 40rem;
	}

	section + section {
		margin-block-start: 2rem;
	}

	h2 {
		font-size: 1rem;
		font-weight: 650;
	}

	h3 {
		color: var(--_muted);
		font-size: 0.8125rem;
		font-weight: 600;
		margin-block: 1.25rem 0.5rem;
	}

	.card {
		border: 1px solid var(--_line);
		border-radius: 14px;
		padding: 0.875rem;
	}

	.card + .card {
		margin-block-start: 0.625rem;
	}

	.name {
		align-items: center;
		display: flex;
		font-weight: 600;
		gap: 0.625rem;
		overflow-wrap: anywhere;
	}

	.name svg {
		color: var(--_accent);
	}

	.line {
		align-items: center;
		display: flex;
		flex-wrap: wrap;
		gap: 0.25rem 0.75rem;
		justify-content: space-between;
		margin-block-start: 0.625rem;
	}

	.line small {
		color: var(--_muted);
		font-size: 0.8125rem;
		inline-size: 100%;
	}

	.cap {
		display: inline-block;
		font-weight: 500;
	}

	.cap::first-letter {
		text-transform: uppercase;
	}

	details {
		margin-block-start: 0.625rem;
	}

	details p {
		font-size: 0.875rem;
		margin-block-start: 0.375rem;
		overflow-wrap: anywhere;
		white-space: pre-line;
	}

	.term {
		color: var(--_muted);
	}

	.all {
		inline-size: 100%;
		margin-block-start: 0.875rem;
	}

	.erase {
		margin: 0.375rem -0.5rem -0.375rem;
	}

	.empty {
		color: var(--_muted);
		font-size: 0.875rem;
		margin-block-start: 0.5rem;
	}

	.error {
		margin-block-start: 0.75rem;
	}

	.people {
		margin-block-start: 0.5rem;
	}

	/* Long lists cost what is seen of them. */
	.people li {
		align-items: center;
		border-block-end: 1px solid var(--_line);
		contain-intrinsic-size: auto 2.5rem;
		content-visibility: auto;
		display: flex;
		gap: 0.75rem;
		justify-content: space-between;
		padding-block: 0.5rem;
	}

	.people li:last-child {
		border: 0;
	}

	.people span:first-child {
		min-inline-size: 0;
		overflow-wrap: anywhere;
	}

	.marks {
		display: inline-flex;
		flex: none;
		flex-wrap: wrap;
		font-size: 0.8125rem;
		gap: 0.375rem;
		justify-content: flex-end;
		max-inline-size: 65%;
	}

	.mark {
		align-items: center;
		background: var(--_clear-tint);
		border-radius: 999px;
		color: var(--_clear);
		display: inline-flex;
		gap: 0.25rem;
		padding: 0.125rem 0.625rem 0.125rem 0.5rem;
	}

	.mark.on {
		background: var(--_captured-tint);
		color: var(--_captured);
	}

	.mark svg {
		block-size: 1.1em;
		inline-size: 1.1em;
	}

	.told,
	.confirm {
		background: var(--_subtle);
		border-radius: 14px;
		font-size: 0.875rem;
		margin-block-start: 0.625rem;
		padding: 0.75rem 0.875rem;
	}

	.two {
		display: grid;
		gap: 0.5rem;
		grid-template-columns: 1fr 1fr;
		margin-block-start: 0.625rem;
	}
`;
