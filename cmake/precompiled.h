// The headers that are slow to read and that most files need. Only the build knows of it: every file includes what it
// uses.
#pragma once
#include <fmt/format.h>

#include <algorithm>
#include <asio/awaitable.hpp>
#include <chrono>
#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>
