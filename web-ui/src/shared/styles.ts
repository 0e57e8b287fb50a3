// SPDX-License-Identifier: MIT
// Styles of the elements that the two pages are made of. The consent components have their own: they must stand alone.
import { css } from 'lit';

export const pageStyles = css`
	*,
	::before,
	::after {
		box-sizing: border-box;
	}

	h1,
	h2,
	p,
	ul {
		margin: 0;
		padding: 0;
	}

	ul {
		list-style: none;
	}

	[hidden] {
		display: none !important;
	}

	svg {
		block-size: 1.375em;
		flex: none;
		inline-size: 1.375em;
	}

	:focus-visible {
		outline: 2px solid var(--page-accent);
		outline-offset: 2px;
	}

	button,
	input,
	select {
		font: inherit;
	}

	button {
		align-items: center;
		appearance: none;
		background: var(--page-surface);
		border: 1px solid var(--page-line);
		border-radius: 10px;
		color: var(--page-text);
		cursor: pointer;
		display: inline-flex;
		font-size: 0.9375rem;
		font-weight: 550;
		gap: 0.5rem;
		justify-content: center;
		min-block-size: 2.5rem;
		padding: 0.375rem 0.875rem;
	}

	button:hover {
		background: var(--page-subtle);
	}

	button[aria-disabled='true'] {
		cursor: default;
		opacity: 0.55;
	}

	button.primary {
		background: var(--page-accent);
		border-color: transparent;
		color: var(--page-on-accent);
		font-weight: 600;
	}

	button.primary:hover {
		filter: brightness(1.08);
	}

	button.quiet {
		background: none;
		border-color: transparent;
		color: var(--page-accent);
	}

	button.quiet:hover {
		background: var(--page-tint);
	}

	input,
	select {
		background: var(--page-surface);
		border: 1px solid var(--page-field);
		border-radius: 10px;
		color: var(--page-text);
		font-size: 0.9375rem;
		font-weight: 400;
		inline-size: 100%;
		min-block-size: 2.5rem;
		min-inline-size: 0;
		padding: 0.375rem 0.75rem;
	}

	input[aria-invalid='true'] {
		border-color: var(--page-danger);
	}

	label {
		font-size: 0.875rem;
		font-weight: 600;
	}

	.unseen {
		block-size: 1px;
		clip-path: inset(50%);
		inline-size: 1px;
		overflow: hidden;
		position: absolute;
		white-space: nowrap;
	}
`;

/** The choice of language, in a bar or in the corner of a page. */
export const languageStyles = css`
	.languages {
		align-items: center;
		color: var(--page-muted);
		display: inline-flex;
		gap: 0.375rem;
	}

	.languages select {
		field-sizing: content;
		background: transparent;
		border-color: transparent;
		font-size: 0.875rem;
		font-weight: 500;
		inline-size: auto;
		padding-inline: 0.375rem;
	}

	.languages select:hover {
		border-color: var(--page-line);
	}

	.languages option {
		background: var(--page-surface);
	}

	/* The corner is the page's, and goes away with it when it is scrolled. */
	:host {
		position: relative;
	}

	.corner {
		inset-block-start: 0.75rem;
		inset-inline-end: 1rem;
		position: absolute;
	}
`;
