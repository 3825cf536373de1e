-- Starts `backproof lsp` for derivations and for notes in Markdown and LaTeX.  Neovim 0.8 and later share one
-- server among the files of a folder by themselves; 0.7 is told which one it is.
local command = vim.g.backproof_command or { "backproof", "lsp" }
local old_client

local function start(buffer)
  local config = { name = "backproof", cmd = command, root_dir = vim.fn.getcwd() }
  if vim.lsp.start then
    vim.lsp.start(config, { bufnr = buffer })
    return
  end
  if not (old_client and vim.lsp.get_client_by_id(old_client)) then
    old_client = vim.lsp.start_client(config)
  end
  if old_client then
    vim.lsp.buf_attach_client(buffer, old_client)
  end
end

vim.api.nvim_create_autocmd("FileType", {
  pattern = { "deriv", "markdown", "tex" },
  callback = function(event)
    if vim.fn.executable(command[1]) == 1 then
      start(event.buf)
    end
  end,
})
