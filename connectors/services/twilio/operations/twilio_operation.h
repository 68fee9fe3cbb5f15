// What all of Twilio's operations have in common: a name of operations.md, a title, one risk whatever the parameters,
// and the tools. The operation itself is a class of its own file; operations.h tells how it is made.
#pragma once

#include <memory>
#include <utility>

#include "connectors/services/twilio/operations/outcomes.h"

namespace apiops::twilio {

class TwilioOperation : public Operation {
 public:
  std::string_view name() const final { return name_; }
  std::string_view title() const final { return title_; }
  Risk risk(const Json&) const final { return risk_; }

 protected:
  // `name` and `title` are literals.
  TwilioOperation(OperationTools tools, std::string_view name, std::string_view title, Risk risk)
      : tools_(std::move(tools)), name_(name), title_(title), risk_(risk) {}

  OperationTools tools_;

 private:
  std::string_view name_, title_;
  Risk risk_;
};

}  // namespace apiops::twilio
