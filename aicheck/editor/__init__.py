"""The language server. Needs the extra `aicheck[lsp]`; nothing else imports it."""
