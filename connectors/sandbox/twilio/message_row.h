// A message as Twilio tells it: written as text at once, since a list may hold a million of them. Loop thread only.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/time.h"

namespace apiops::sandbox::twilio {

struct MessageRow {
  std::string sid, from, to;
  std::string_view status, service;
  std::string body;  // as JSON, with its quotes
  Time at;
  std::string_view direction;
  int code = 0;
  bool billed = false;
};
void write_message(const std::string& account, const MessageRow& row, std::string& out);

}  // namespace apiops::sandbox::twilio
