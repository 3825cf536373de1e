-- What Neovim shows of a wrong line, and whether its quick fix leaves nothing to show.  Writes lines "name<TAB>problem",
-- the latter empty where all is well, to the file that ANSWERS names.
local answers = {}
local function check(name, fine, seen)
  table.insert(answers, name .. "\t" .. (fine and "" or ("it is " .. vim.inspect(seen):gsub("%s+", " "))))
end

local function wait(wanted)
  return vim.wait(60000, function() return wanted(vim.diagnostic.get(0)) end, 50)
end

local place = vim.fn.search("X$", "cn")
local line = vim.fn.getline(place)
local column = line:find(" X$") - 2 -- of the product sign, from 0, in bytes
check("a wrong line is underlined", wait(function(seen) return #seen == 1 end), vim.diagnostic.get(0))
local seen = vim.diagnostic.get(0)[1] or {}
check("where the mistake is, behind signs of four bytes", seen.lnum == place - 1 and seen.col == column, seen)

local position = { textDocument = { uri = vim.uri_from_bufnr(0) }, position = { line = place - 1, character = 2 } }
local hover = vim.lsp.buf_request_sync(0, "textDocument/hover", position, 60000)
check("a hover tells the verdict and the shapes", vim.inspect(hover):find("fails") and vim.inspect(hover):find("n%[1%],n%[0%]"), hover)

local range = { start = { line = place - 1, character = 0 }, ["end"] = { line = place - 1, character = 3 } }
local request = { textDocument = position.textDocument, range = range, context = { diagnostics = {} } }
local offered
vim.wait(60000, function()
  local answer = vim.lsp.buf_request_sync(0, "textDocument/codeAction", request, 60000)
  for _, one in pairs(answer or {}) do offered = (one.result or {})[1] end
  return offered ~= nil
end, 100)
check("a fix is offered", offered ~= nil and offered.isPreferred, offered)
if offered then vim.lsp.util.apply_workspace_edit(offered.edit, "utf-16") end
check("which writes what is missing", vim.fn.getline(place) == line .. "'", vim.fn.getline(place))
check("and nothing is underlined after it", wait(function(now) return #now == 0 end), vim.diagnostic.get(0))
vim.fn.writefile(answers, vim.env.ANSWERS)
vim.cmd("qa!")
