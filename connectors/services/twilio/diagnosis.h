// The parts that Twilio's diagnoses are made of: failing records grouped by number and by code, when it began, and what
// the other numbers do.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "connectors/services/twilio/traffic.h"
#include "connectors/services/twilio/twilio_adapter.h"

namespace apiops::twilio {

struct Group {  // of one of our numbers
  long long failed = 0, total = 0;
  std::map<std::string, long long> codes;
  std::optional<Time> first;  // failure
  void add_failure(std::string code, Time at);
};
using Groups = std::map<std::string, Group, std::less<>>;  // by our number

Groups by_number(const std::vector<Record>& calls);

// Messages counted as they stream by, whatever their number.
struct MessageTally {
  Period period;
  Groups by_number;
  std::vector<double> trend = {};  // failures in equal parts of the period
  void add(const RecordView& message);
  void join(MessageTally&& page);
};
long long failed_of(const Groups& groups);
// The number with the most failures; end() where nothing failed.
Groups::const_iterator worst_of(const Groups& groups);
std::string leading_code(const Group& group);
std::string code_words(const std::string& code);  // "11200 (the webhook did not answer)"

// Failures in twelve equal parts of the period.
Chart trend_of(const std::vector<Record>& calls, Period period);
Chart trend_chart(std::vector<double> failures, Period period);

// "21 Nov", where most of these numbers were changed on one UTC day after `number` was last changed: the sign that they
// moved without it. Empty where nothing of the kind is seen.
std::string day_others_moved(const OwnNumber& number, const std::vector<OwnNumber>& others);

}  // namespace apiops::twilio
