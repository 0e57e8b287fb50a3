// SPDX-License-Identifier: MIT
// How all components look. An embedder sets the public properties (--consent-…) on any element above them; light and dark follow the
// `color-scheme` that is in force there.
import { css } from 'lit';

export const tokens = css`
	:host {
		--_font: var(--consent-font, inherit);
		--_radius: var(--consent-radius, 16px);
		--_surface: var(--consent-surface, #fff);
		--_subtle: var(--consent-subtle, #f2f4f7);
		--_text: var(--consent-text, #1a2027);
		--_muted: var(--consent-muted, #55606c);
		--_line: var(--consent-line, #d8dee5);
		--_field: var(--consent-field, #7d8894);
		--_accent: var(--consent-accent, #1d5bb8);
		--_on-accent: var(--consent-on-accent, #fff);
		--_tint: var(--consent-tint, #e6eefa);
		--_captured: var(--consent-captured, #b3261e);
		--_captured-tint: var(--consent-captured-tint, #fdebe9);
		--_clear: var(--consent-clear, #176b42);
		--_clear-tint: var(--consent-clear-tint, #e4f4ec);
		--_shadow: var(--consent-shadow, 0 1px 2px rgb(16 24 40 / 8%), 0 12px 40px rgb(16 24 40 / 22%));
		color: var(--_text);
		font-family: var(--_font);
		font-size: 0.9375rem;
		line-height: 1.5;
	}

	@supports (color: light-dark(#000, #fff)) {
		:host {
			--_surface: var(--consent-surface, light-dark(#fff, #20262d));
			--_subtle: var(--consent-subtle, light-dark(#f2f4f7, #2b323a));
			--_text: var(--consent-text, light-dark(#1a2027, #eef2f6));
			--_muted: var(--consent-muted, light-dark(#55606c, #aab5c0));
			--_line: var(--consent-line, light-dark(#d8dee5, #3c4650));
			--_field: var(--consent-field, light-dark(#7d8894, #77838f));
			--_accent: var(--consent-accent, light-dark(#1d5bb8, #8ab8ff));
			--_on-accent: var(--consent-on-accent, light-dark(#fff, #0c1c33));
			--_tint: var(--consent-tint, light-dark(#e6eefa, #2a3a52));
			--_captured: var(--consent-captured, light-dark(#b3261e, #ff9a90));
			--_captured-tint: var(--consent-captured-tint, light-dark(#fdebe9, #472825));
			--_clear: var(--consent-clear, light-dark(#176b42, #74d6a3));
			--_clear-tint: var(--consent-clear-tint, light-dark(#e4f4ec, #1d3a2c));
			--_shadow: var(
				--consent-shadow,
				0 1px 2px light-dark(rgb(16 24 40 / 8%), rgb(0 0 0 / 50%)),
				0 12px 40px light-dark(rgb(16 24 40 / 22%), rgb(0 0 0 / 55%))
			);
		}
	}
`;

export const base = css`
	*,
	::before,
	::after {
		box-sizing: border-box;
	}

	h2,
	h3,
	p,
	ul,
	dl,
	dd {
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
		block-size: 1.25em;
		flex: none;
		inline-size: 1.25em;
	}

	:focus-visible {
		outline: 2px solid var(--_accent);
		outline-offset: 2px;
	}

	.unseen {
		block-size: 1px;
		clip-path: inset(50%);
		inline-size: 1px;
		overflow: hidden;
		position: absolute;
		white-space: nowrap;
	}

	.error {
		background: var(--_captured-tint);
		border-radius: 10px;
		color: var(--_captured);
		font-size: 0.875rem;
		padding: 0.5rem 0.75rem;
	}
`;

/** What opens and closes: a line in the accent colour, with an arrow. */
export const disclosures = css`
	summary {
		border-radius: 8px;
		color: var(--_accent);
		cursor: pointer;
		font-size: 0.875rem;
		font-weight: 500;
		inline-size: fit-content;
		list-style: none;
	}

	summary::-webkit-details-marker {
		display: none;
	}

	summary svg {
		margin-inline-start: 0.25rem;
		vertical-align: -0.25em;
	}

	[open] summary svg {
		rotate: 180deg;
	}
`;

export const buttons = css`
	button {
		align-items: center;
		appearance: none;
		background: none;
		border: 0;
		border-radius: 10px;
		color: inherit;
		cursor: pointer;
		display: inline-flex;
		font: inherit;
		gap: 0.5rem;
		justify-content: center;
		margin: 0;
		min-block-size: 2.5rem;
		padding: 0.375rem 0.875rem;
		transition: background-color 120ms, border-color 120ms;
	}

	button[aria-disabled='true'] {
		cursor: default;
		opacity: 0.6;
	}

	.quiet {
		color: var(--_accent);
		font-size: 0.875rem;
		font-weight: 500;
		padding-inline: 0.5rem;
	}

	.quiet:hover {
		background: var(--_tint);
	}

	.plain {
		border: 1px solid var(--_line);
		font-weight: 550;
	}

	.plain:hover {
		background: var(--_subtle);
	}

	/* Two answers of the same weight: nothing here may tell them apart but the words and the signs. */
	.answer {
		background: var(--_tint);
		border: 1px solid transparent;
		border-radius: 12px;
		color: var(--_accent);
		font-weight: 600;
		min-block-size: 3rem;
	}

	.answer:hover:not([aria-disabled='true']) {
		border-color: var(--_accent);
	}

	.choice {
		background: var(--_subtle);
		border-radius: 10px;
		display: inline-grid;
		gap: 2px;
		grid-auto-columns: 1fr;
		grid-auto-flow: column;
		padding: 2px;
	}

	.choice button {
		border: 1px solid transparent;
		border-radius: 8px;
		color: var(--_muted);
		font-size: 0.875rem;
		font-weight: 500;
		gap: 0.375rem;
		min-block-size: 2.25rem;
		padding: 0.25rem 0.75rem;
	}

	.choice button:hover:not([aria-disabled='true']) {
		color: var(--_text);
	}

	.choice button[aria-pressed='true'] {
		background: var(--_surface);
		border-color: var(--_line);
		color: var(--_text);
		font-weight: 600;
	}

	@media (prefers-reduced-motion: reduce) {
		button {
			transition: none;
		}
	}
`;

export const shared = [tokens, base, disclosures, buttons];
