#include "engine/intents/rule_book.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "engine/intents/rule_set.h"

namespace apiops {

namespace {
constexpr Duration kLookEvery = std::chrono::seconds(2);
}

RuleBook::RuleBook(RuleSet built_in, std::string folder, UnderstandSettings settings)
    : built_in_(std::make_unique<const RuleSet>(std::move(built_in))),
      folder_(std::move(folder)),
      settings_(std::move(settings)),
      current_(std::make_unique<const Understander>(*built_in_, settings_)) {
  if (folder_.empty()) return;
  stamp_ = stamp();
  read();
}

RuleBook::~RuleBook() = default;

void RuleBook::refresh(Time now) {
  if (folder_.empty() || now - looked_ < kLookEvery) return;
  looked_ = now;
  std::string seen = stamp();
  if (seen == stamp_) return;
  stamp_ = std::move(seen);
  read();
}

std::string RuleBook::stamp() const {
  namespace fs = std::filesystem;
  std::vector<std::string> files;
  std::error_code ec;
  for (const auto& entry : fs::directory_iterator(folder_, ec))
    if (entry.path().extension() == ".yaml")
      files.push_back(fmt::format("{} {} {}\n", entry.path().string(), entry.file_size(ec),
                                  entry.last_write_time(ec).time_since_epoch().count()));
  std::sort(files.begin(), files.end());
  return fmt::format("{}", fmt::join(files, ""));
}

void RuleBook::read() {
  auto all = load_rules(folder_, *built_in_);
  if (!all) {
    trouble_ = all.error().what;
    return;
  }
  try {
    auto fresh = std::make_unique<const Understander>(std::move(*all), settings_);
    if (const auto faults = fresh->check(); !faults.empty()) {
      trouble_ = fmt::format("{}:{}: {}", faults.front().file, faults.front().line, faults.front().what);
      return;
    }
    current_ = std::move(fresh);
    trouble_.clear();
  } catch (const std::exception& e) {
    trouble_ = e.what();
  }
}

}  // namespace apiops
