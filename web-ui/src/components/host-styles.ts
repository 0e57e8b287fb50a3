// SPDX-License-Identifier: MIT
import { css } from 'lit';

export const hostStyles = css`
	:host {
		display: block;
		max-inline-size: 40rem;
	}

	.intro {
		color: var(--_muted);
		font-size: 0.875rem;
	}

	form {
		background: var(--_subtle);
		border-radius: 10px;
		flex: 1 1 100%;
		min-inline-size: 0; /* a field wants to be twenty letters wide */
		padding: 0.875rem;
	}

	form .error {
		margin-block: 0 0.75rem;
	}

	label {
		display: block;
		font-size: 0.875rem;
		font-weight: 600;
	}

	.row {
		display: flex;
		gap: 0.5rem;
		margin-block-start: 0.375rem;
	}

	input,
	select {
		background: var(--_surface);
		border: 1px solid var(--_field);
		border-radius: 10px;
		color: inherit;
		flex: 1;
		font: inherit;
		min-block-size: 2.5rem;
		min-inline-size: 0;
		padding: 0.25rem 0.75rem;
	}

	select {
		inline-size: 100%;
	}

	summary {
		margin-block-start: 0.75rem;
	}

	.options {
		display: grid;
		gap: 0.75rem;
		grid-template-columns: repeat(auto-fit, minmax(12rem, 1fr));
		margin-block-start: 0.5rem;
	}

	.options label {
		color: var(--_muted);
		font-size: 0.8125rem;
	}

	.options select {
		color: var(--_text);
		font-size: 0.875rem;
		font-weight: 400;
		margin-block-start: 0.25rem;
	}

	.hint {
		color: var(--_muted);
		font-size: 0.8125rem;
		margin-block-start: 0.375rem;
	}

	.error {
		margin-block-start: 1rem;
	}

	ul {
		margin-block-start: 1rem;
	}

	li {
		align-items: center;
		border: 1px solid var(--_line);
		border-radius: 14px;
		display: flex;
		flex-wrap: wrap;
		gap: 0.75rem;
		padding: 0.75rem 0.875rem;
	}

	li + li {
		margin-block-start: 0.625rem;
	}

	li > svg {
		color: var(--_muted);
	}

	li.on > svg {
		color: var(--_captured);
	}

	.what {
		flex: 1;
		min-inline-size: 0;
	}

	.what b {
		display: block;
		font-weight: 600;
		overflow-wrap: anywhere;
	}

	.what small {
		color: var(--_muted);
		font-size: 0.8125rem;
	}

	.plain {
		min-inline-size: 5.5rem;
	}
`;
