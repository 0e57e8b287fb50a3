// SPDX-License-Identifier: MIT
import { css } from 'lit';

export const noticeStyles = css`
	:host {
		display: block;
		inline-size: min(27rem, calc(100vw - 2rem));
		inset-block-end: var(--consent-notice-bottom, 1.5rem);
		inset-inline-end: var(--consent-notice-end, 1.5rem);
		position: fixed;
		z-index: var(--consent-layer, 1000);
	}

	.card {
		animation: rise 220ms cubic-bezier(0.2, 0.8, 0.2, 1);
		background: var(--_surface);
		border: 1px solid var(--_line);
		border-radius: var(--_radius);
		box-shadow: var(--_shadow);
		max-block-size: var(--consent-notice-height, calc(100vh - 3rem));
		max-block-size: var(--consent-notice-height, calc(100dvh - 3rem));
		outline: none;
		overflow: auto;
		overscroll-behavior: contain;
		padding: var(--_padding);
		--_padding: 1.25rem;
	}

	/* Below the edge there is more. */
	.several {
		container-type: scroll-state;
	}

	.several .inner::after {
		background: linear-gradient(transparent, var(--_surface) 70%);
		block-size: 2.5rem;
		content: '';
		display: block;
		inset-block-end: calc(-1 * var(--_padding));
		margin-block: -2.5rem calc(-1 * var(--_padding));
		opacity: 0;
		pointer-events: none;
		position: sticky;
	}

	@container scroll-state(scrollable: bottom) {
		.several .inner::after {
			opacity: 1;
		}
	}

	h2 {
		font-size: 1.125rem;
		font-weight: 650;
		letter-spacing: -0.01em;
		margin-block-end: 1rem;
	}

	consent-question + consent-question {
		border-block-start: 1px solid var(--_line);
		margin-block-start: 1.25rem;
		padding-block-start: 1.25rem;
	}

	.more {
		align-items: center;
		background: var(--_subtle);
		border-radius: 10px;
		color: var(--_muted);
		display: flex;
		font-size: 0.8125rem;
		gap: 0.5rem;
		margin-block-start: 0.75rem;
		padding: 0.375rem 0.75rem;
	}

	.promise {
		color: var(--_muted);
		font-size: 0.8125rem;
		margin-block-start: 0.75rem;
	}

	@keyframes rise {
		from {
			opacity: 0;
			transform: translateY(12px);
		}
	}

	@media (max-width: 36rem) {
		:host {
			inline-size: auto;
			inset-inline: 0.5rem;
		}

		.card {
			--_padding: 1rem;
		}
	}

	@media (max-height: 30rem) {
		.card {
			--_padding: 0.75rem;
		}
	}

	@media (prefers-reduced-motion: reduce) {
		.card {
			animation: none;
		}
	}

	/* Along an edge of the page, as low as its words allow. */
	:host([variant='banner']) {
		inline-size: auto;
		inset: auto 0 var(--consent-notice-bottom, 0);
	}

	:host([variant='banner']) .card {
		border-end-end-radius: 0;
		border-end-start-radius: 0;
		border-inline: 0;
		max-block-size: var(--consent-notice-height, 60vh);
	}

	:host([variant='banner']) .inner {
		margin-inline: auto;
		max-inline-size: 68rem;
	}
`;
