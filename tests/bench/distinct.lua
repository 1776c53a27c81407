-- Small lookups for wrk: the properties of one subject after the other, and a LIMIT that
-- makes each query a new one without changing its answer.
local subjects = {}
for line in io.lines(os.getenv("BENCH_SUBJECTS")) do
  subjects[#subjects + 1] = line
end
local path = os.getenv("BENCH_PATH")
local number = tonumber(os.getenv("BENCH_START"))

local function escaped(text)
  return (text:gsub("([^%w])", function(c) return string.format("%%%02X", c:byte()) end))
end

request = function()
  number = number + 1
  local subject = subjects[number % #subjects + 1]
  local query = "SELECT ?p ?o WHERE { <" .. subject .. "> ?p ?o } LIMIT " .. number
  return wrk.format("GET", path .. "?query=" .. escaped(query))
end
