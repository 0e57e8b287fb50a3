// SPDX-License-Identifier: MIT
import { css } from 'lit';

export const joinStyles = css`
	:host {
		display: grid;
		min-block-size: 100%;
		padding: 3.5rem 1rem 1rem;
		place-items: center;
	}

	.card {
		background: var(--page-surface);
		border: 1px solid var(--page-line);
		border-radius: 24px;
		box-shadow: 0 1px 2px rgb(16 24 40 / 6%), 0 16px 48px rgb(16 24 40 / 10%);
		display: grid;
		gap: 2rem;
		grid-template-columns: minmax(0, 1.25fr) minmax(0, 1fr);
		inline-size: min(60rem, 100%);
		padding: 1.5rem;
	}

	.mine,
	.going {
		min-inline-size: 0;
	}

	.going {
		align-self: center;
		padding-inline-end: 0.75rem;
	}

	.picture {
		aspect-ratio: 4 / 3;
		background: #14181c;
		border-radius: 18px;
		color: #eef2f6;
		overflow: hidden;
		position: relative;
	}

	video {
		block-size: 100%;
		display: block;
		inline-size: 100%;
		object-fit: cover;
		transform: scaleX(-1);
	}

	.blank {
		display: grid;
		font-size: 0.9375rem;
		inset: 0 0 4rem;
		padding: 1.5rem;
		place-items: center;
		position: absolute;
		text-align: center;
	}

	.turn {
		display: flex;
		gap: 0.75rem;
		inset: auto 0 1rem;
		justify-content: center;
		position: absolute;
	}

	.turn button {
		background: rgb(16 20 25 / 72%);
		border: 1px solid rgb(255 255 255 / 32%);
		border-radius: 999px;
		color: #fff;
		min-block-size: 3rem;
		min-inline-size: 3rem;
		padding: 0;
	}

	.turn button:hover {
		background: rgb(16 20 25 / 92%);
	}

	.turn button.off {
		background: #b3261e;
		border-color: transparent;
	}

	.turn button[aria-disabled='true'] {
		opacity: 0.6;
	}

	.turn :focus-visible {
		outline-color: #fff;
	}

	.trouble {
		background: var(--page-warn-tint);
		border-radius: 12px;
		color: var(--page-warn);
		font-size: 0.875rem;
		margin-block-start: 0.75rem;
		padding: 0.625rem 0.875rem;
	}

	.pickers {
		display: grid;
		gap: 0.75rem;
		grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr));
		margin-block-start: 0.75rem;
	}

	.pickers:empty {
		display: none;
	}

	.pickers label {
		color: var(--page-muted);
		font-size: 0.8125rem;
		font-weight: 550;
	}

	.pickers select {
		font-size: 0.875rem;
		margin-block-start: 0.25rem;
	}

	.room {
		color: var(--page-muted);
		font-size: 0.875rem;
		font-weight: 550;
		margin-block-end: 0.25rem;
		overflow-wrap: anywhere;
	}

	h1 {
		font-size: 1.625rem;
		font-weight: 650;
		letter-spacing: -0.018em;
		line-height: 1.25;
		text-wrap: balance;
	}

	.intro {
		color: var(--page-muted);
		margin-block-start: 0.5rem;
	}

	.inside {
		background: var(--page-subtle);
		border-radius: 14px;
		display: grid;
		font-size: 0.9375rem;
		gap: 0.5rem;
		margin-block-start: 1.25rem;
		padding: 0.75rem 1rem;
	}

	.inside li {
		align-items: start;
		display: flex;
		gap: 0.625rem;
	}

	.inside svg {
		color: var(--page-muted);
		margin-block-start: 0.0625rem;
	}

	.inside .on svg {
		color: var(--page-danger);
	}

	.warning {
		background: var(--page-warn-tint);
		border-radius: 14px;
		color: var(--page-warn);
		display: flex;
		font-size: 0.9375rem;
		gap: 0.625rem;
		margin-block-start: 1.25rem;
		overflow-wrap: anywhere;
		padding: 0.75rem 1rem;
	}

	form {
		margin-block-start: 1.5rem;
	}

	input {
		margin-block-start: 0.375rem;
		min-block-size: 3rem;
	}

	.hint,
	.missing {
		color: var(--page-muted);
		font-size: 0.8125rem;
		margin-block-start: 0.375rem;
	}

	.missing {
		color: var(--page-danger);
	}

	button.primary {
		inline-size: 100%;
		margin-block-start: 1.25rem;
		min-block-size: 3rem;
	}

	@media (max-width: 52rem) {
		.card {
			gap: 1.25rem;
			grid-template-columns: minmax(0, 1fr);
			inline-size: min(32rem, 100%);
			padding: 1rem;
		}

		.going {
			padding-inline-end: 0;
		}

		.picture {
			aspect-ratio: 16 / 9;
		}
	}
`;
