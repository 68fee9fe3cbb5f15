// What finds one slot, where words and values alone (finders.h) do not say enough. The table of all slots is
// slot_table.cc.
#pragma once

#include <set>
#include <string>

#include "engine/intents/finders.h"

namespace apiops {

// The kinds of values that are the id of something at a service, or its number or URL.
const std::set<std::string>& id_kinds();

Found service_in(const Reduced& message);
Found capabilities_in(const Reduced& message);
Found kind_in(const Reduced& message);
// Whom a message or call goes to, or comes from: said before the number, or as for the number before it.
Finder phones_in_role(const std::string& wanted);
// "in Lyon", where it is no country.
Found place_in(const Reduced& message);
Found count_in(const Reduced& message);
Found code_in(const Reduced& message);
// Where the message is about a code, a number of three figures is one.
Found code_explained(const Reduced& message);
Found numbers_or_all(const Reduced& message);
// The URL that stands behind one of these words, and before the next URL.
Finder url_for(const std::string& own, bool where_nothing_is_said);
// "300 requests per minute", "200k tpm", "rpm to 500".
Finder per_minute(const std::string& unit, const std::string& abbreviation);
Found all_numbers(const Reduced& message);
Found until_in(const Reduced& message);
Found events_in(const Reduced& message);
Found threshold_in(const Reduced& message);
Found per_period(const Reduced& message);
Found project_in(const Reduced& message);
Found reason_of_refund(const Reduced& message);
Found reason_in(const Reduced& message);

}  // namespace apiops
