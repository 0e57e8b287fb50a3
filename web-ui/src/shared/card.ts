// SPDX-License-Identifier: MIT
import { css } from 'lit';

/** A page that is one card in the middle: the name, the secret, a message. */
export const cardStyles = css`
	:host {
		display: grid;
		min-block-size: 100%;
		padding: 1rem;
		place-items: center;
	}

	.card {
		background: var(--page-surface);
		border: 1px solid var(--page-line);
		border-radius: 20px;
		box-shadow: 0 1px 2px rgb(16 24 40 / 6%), 0 16px 48px rgb(16 24 40 / 10%);
		inline-size: min(26rem, 100%);
		padding: 2rem;
	}

	.sign {
		background: var(--page-tint);
		border-radius: 14px;
		block-size: 3rem;
		color: var(--page-accent);
		display: grid;
		inline-size: 3rem;
		margin-block-end: 1.25rem;
		place-items: center;
	}

	.sign.alert {
		background: var(--page-danger-tint);
		color: var(--page-danger);
	}

	h1 {
		font-size: 1.5rem;
		font-weight: 650;
		letter-spacing: -0.018em;
		line-height: 1.25;
		overflow-wrap: anywhere;
		text-wrap: balance;
	}

	.intro {
		color: var(--page-muted);
		margin-block-start: 0.5rem;
		overflow-wrap: anywhere;
	}

	button.primary {
		inline-size: 100%;
		margin-block-start: 1.5rem;
		min-block-size: 3rem;
	}
`;
