// Trouble on demand, below and above HTTP: by hand over /__sandbox/faults, or by tests. Rules are tried in the order in
// which they were set; the first that fits is used and counted down. Loop thread only; owned by Sandbox.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <regex>
#include <string>
#include <vector>

#include "connectors/net/http_server.h"
#include "engine/base/json.h"
#include "engine/base/result.h"

namespace apiops::sandbox {

// latency: wait `value` ms, then answer. 429, 500, 503: refuse before anything is done (value: Retry-After in seconds).
// drop: close without an answer, nothing done. cut: answer cut after `value` bytes. slow: `value` bytes a second.
// html: an edge's page with 502, nothing done. hang: no answer for `value` ms (default an hour), nothing done.
// echo_key: refuse with 400, and say the credential that was sent back in the message.
// lost_reply: done, but the connection closes before the answer.
struct Fault {
  std::string service;     // twilio, openai, stripe, status, receiver; empty: any
  std::string path_regex;  // empty: any; searched in "METHOD /path?query"
  std::string kind;
  long long value = 0;  // 0: the kind's default
  int count = -1;       // how often; -1: until cleared
};

class Faults {
 public:
  Status add(Fault fault);  // an unknown kind or a bad expression is refused
  void clear() { rules_.clear(); }
  std::optional<Fault> take(const std::string& service, const net::ServerRequest& request);
  Json to_json() const;
  static Result<Fault> read(const Json& body);

 private:
  struct Rule {
    Fault fault;
    std::regex path;
  };
  std::vector<Rule> rules_;
};

// The vendor's own words for a refusal of this kind.
net::ServerReply echo_of(const std::string& service, const net::ServerRequest& request);
net::ServerReply refusal_of(const std::string& service, const Fault& fault);
bool is_refusal(const Fault& fault);
void bend(net::ServerReply& reply, const Fault& fault);  // cut, slow, lost_reply

}  // namespace apiops::sandbox
