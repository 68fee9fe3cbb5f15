// What the agent may repair by itself: closed lists in code. Nothing in a configuration can widen them; it can only
// narrow them, and a category is off until people switch it on (a plan of risk auth).
#pragma once

#include <array>
#include <asio/awaitable.hpp>
#include <span>
#include <string>
#include <string_view>

#include "engine/plans/policy_rule.h"
#include "engine/ports/store.h"

namespace apiops {

inline constexpr std::string_view kAutofixOrigin = "autofix";
inline constexpr std::string_view kPolicyVoter = "policy";  // no person may have this id

// config: repairs webhook URLs and settings. rate_limit: waits and plans again. bad_params: tidies obvious formatting
// before anything is sent. Only `config` makes plans.
inline constexpr std::array<std::string_view, 3> kAutofixCategories{"config", "rate_limit", "bad_params"};

// The operations that a category may run; empty for an unknown one.
std::span<const std::string_view> autofix_operations(std::string_view category);

// Why the agent must not do this by itself; empty where it may. Risk change only, operations of the list only.
std::string autofix_objection(const PolicyBook& book, const PlanFacts& plan, const std::string& category);

std::string autofix_category(const Json& policy_snapshot);  // of a plan that the agent proposed

// The switch, as `autofix.enable` left it.
std::string autofix_setting(std::string_view category);  // its name in the store
asio::awaitable<Result<bool>> autofix_is_on(Store& store, std::string category);

}  // namespace apiops
