-- Drives Neovim for test_neovim.py: opens a file, waits for diagnostics, applies a code action, waits again. Prints what it saw.
local function wait_for(count)
  assert(vim.wait(30000, function() return #vim.diagnostic.get(0) == count end, 50), "diagnostics: " .. vim.inspect(vim.diagnostic.get(0)))
end

local function show()
  for _, item in ipairs(vim.diagnostic.get(0)) do
    print(string.format("%d:%d %s %s", item.lnum + 1, item.col + 1, item.code, item.message))
  end
  print("--")
end

vim.cmd("filetype on")
dofile(vim.env.KEYLINT_RECIPE)
vim.cmd("edit " .. vim.fn.fnameescape(vim.env.KEYLINT_FILE))
vim.bo.filetype = "swift"
wait_for(1)
show()

local item = vim.diagnostic.get(0)[1]
vim.api.nvim_win_set_cursor(0, { item.lnum + 1, item.col })
local params = vim.lsp.util.make_range_params()
params.context = { diagnostics = vim.lsp.diagnostic.get_line_diagnostics() }
local answers = vim.lsp.buf_request_sync(0, "textDocument/codeAction", params, 10000)
for id, answer in pairs(answers) do
  for _, action in ipairs(answer.result) do
    print(action.title)
    if action.title == "Suppress KL101 here" then
      vim.lsp.util.apply_workspace_edit(action.edit, vim.lsp.get_client_by_id(id).offset_encoding)
    end
  end
end
print("--")
wait_for(0)
print(vim.api.nvim_buf_get_lines(0, item.lnum, item.lnum + 1, false)[1])
vim.cmd("qall!")
