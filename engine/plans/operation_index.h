// All operations of all services, and the agent's own, by name. Built once when the agent is wired; the services
// outlive it.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "engine/ports/service_adapter.h"

namespace apiops {

struct OperationEntry {
  ServiceAdapter* service = nullptr;  // null: the agent itself
  Operation* operation = nullptr;
};

class OperationIndex {
 public:
  explicit OperationIndex(std::span<ServiceAdapter* const> services) {
    for (ServiceAdapter* service : services)
      for (Operation* operation : service->operations())
        entries_.emplace(operation->name(), OperationEntry{service, operation});
  }
  // The agent's own, which belong to no service.
  void add_own(Operation& operation) {
    entries_.emplace(operation.name(), OperationEntry{.service = nullptr, .operation = &operation});
  }
  const std::map<std::string, OperationEntry, std::less<>>& all() const { return entries_; }
  // Null entries where no service offers it.
  OperationEntry find(std::string_view name) const {
    const auto it = entries_.find(name);
    return it == entries_.end() ? OperationEntry{} : it->second;
  }

 private:
  std::map<std::string, OperationEntry, std::less<>> entries_;
};

}  // namespace apiops
