// SPDX-License-Identifier: MIT
import { css } from 'lit';

export const appStyles = css`
	:host {
		block-size: 100vh;
		block-size: 100dvh;
		display: block;
		min-inline-size: 20rem;
		overflow: auto;
		--consent-accent: var(--page-accent);
		--consent-surface: var(--page-surface);
		--consent-notice-bottom: 6rem;
		--consent-notice-height: calc(100dvh - 11rem);
	}

	meeting-join,
	meeting-message {
		min-block-size: 100%;
	}

	.room {
		block-size: 100%;
		display: grid;
		row-gap: 0.75rem; /* the sheet brings its own distance: while it is closed the tiles stand in the middle */
		grid-template-areas: 'header header' 'main side' 'footer footer';
		grid-template-columns: minmax(0, 1fr) auto;
		grid-template-rows: auto minmax(0, 1fr) auto;
		padding: 0.75rem 1rem 1rem;
	}

	/* Banners take rows of their own between header and tiles. */
	.room:has(.banner) {
		grid-template-areas: 'header header' 'banner banner' 'main side' 'footer footer';
		grid-template-rows: auto auto minmax(0, 1fr) auto;
	}

	.room > header {
		align-items: center;
		display: flex;
		flex-wrap: wrap;
		gap: 0.5rem 1.25rem;
		grid-area: header;
		min-block-size: 2.5rem;
	}

	h1 {
		font-size: 1.0625rem;
		font-weight: 650;
		letter-spacing: -0.01em;
		overflow-wrap: anywhere;
	}

	/* Nothing to press: the focus stands there to be read on from. */
	:is(h1, h2):focus {
		outline: none;
	}

	.room > header .languages {
		margin-inline-start: auto;
	}

	main {
		grid-area: main;
		min-block-size: 0;
		transition: margin 200ms;
	}

	footer {
		grid-area: footer;
	}

	.banner {
		align-items: center;
		background: var(--page-warn-tint);
		border-radius: 12px;
		color: var(--page-warn);
		display: flex;
		font-size: 0.9375rem;
		gap: 0.75rem;
		grid-area: banner;
		padding: 0.375rem 0.5rem 0.375rem 1rem;
	}

	.banner p {
		flex: 1;
	}

	.banner .quiet,
	.close {
		color: inherit;
		min-inline-size: 2.5rem;
		padding: 0;
	}

	consent-roster {
		margin-block-start: 1.5rem;
	}

	aside {
		background: var(--page-surface);
		border: 1px solid var(--page-line);
		border-radius: 18px;
		grid-area: side;
		inline-size: 23.5rem;
		margin-inline-start: 0.75rem;
		overflow: auto;
		overscroll-behavior: contain;
		padding: 1rem 1.25rem 1.25rem;
	}

	aside.chat {
		display: grid;
		grid-template-rows: auto minmax(0, 1fr);
	}

	.head {
		align-items: center;
		display: flex;
		justify-content: space-between;
		margin: -0.25rem -0.5rem 0.5rem 0;
	}

	h2 {
		font-size: 1.125rem;
		font-weight: 650;
		letter-spacing: -0.01em;
	}

	/* What the notice asks at the moment, the indicator need not ask for. */
	.room:has(consent-notice[open]) consent-indicator::part(open) {
		display: none;
	}

	/* While a question is open the tiles make room for it: nobody's face is covered, and no sheet. Where there is no such room an open sheet puts it off. */
	@media (min-width: 70rem) {
		.room:has(consent-notice[open]) main {
			margin-inline-end: 28.75rem;
		}

		.room:has(aside:not([hidden])) {
			--consent-notice-end: 25.75rem;
		}
	}

	@media (max-width: 52rem) {
		.room {
			padding: 0.5rem 0.5rem 0.75rem;
		}

		.room > header {
			padding-inline: 0.25rem;
		}

		consent-indicator {
			inline-size: 100%;
			order: 1;
		}

		.languages svg {
			display: none;
		}

		aside {
			border-end-end-radius: 0;
			border-end-start-radius: 0;
			inline-size: auto;
			inset: auto 0 0;
			margin: 0;
			max-block-size: 85dvh;
			position: fixed;
			z-index: 900;
		}

		aside.chat {
			block-size: 70dvh;
		}

		:host {
			--consent-notice-bottom: 4.75rem;
			--consent-notice-height: calc(100dvh - 9rem);
		}
	}

	/* On a low screen a question takes the whole height above the controls: what stands before its answers is to be read. */
	@media (max-height: 30rem) {
		:host {
			--consent-notice-bottom: 4.75rem;
			--consent-notice-height: calc(100dvh - 5.25rem);
		}
	}

	@media (prefers-reduced-motion: reduce) {
		main {
			transition: none;
		}
	}
`;
