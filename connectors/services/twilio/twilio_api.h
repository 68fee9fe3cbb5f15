// Twilio's API on the wire: hosts, accounts' paths, pages, refusals as errors. The one place of this folder that sends.
// Reads are tried again by the client beneath; a write is sent once. Owned by the adapter; event loop's thread.
#pragma once

#include <asio/awaitable.hpp>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "connectors/net/service_client.h"
#include "connectors/services/twilio/twilio.h"
#include "engine/base/clock.h"
#include "engine/base/json.h"
#include "engine/base/result.h"

namespace apiops::twilio {

enum class Host : std::uint8_t { kApi, kMonitor, kMessaging, kPricing, kVoice, kAccounts };

// "https://api.dublin.ie1.twilio.com". A region without an edge gets its own edge (the form without one was retired),
// an edge alone belongs to us1.
std::string official_origin(Host host, const std::string& region, const std::string& edge);

inline constexpr std::size_t kMaxListPages = 20;
inline constexpr int kLargePage = 1000;

struct ApiReply {
  Json body;
  Duration took{0};
};

struct ApiPage {
  Json body;
  std::string rows_name;  // the newer interfaces name it themselves (meta.key)
  std::string next;       // the next page's link as it came: relative (2010) or absolute; empty at the end
  const Json& rows() const { return get_array(body, rows_name); }
};

// A list that was read to its end, or as far as it could be.
struct Listed {
  std::vector<Json> rows;
  bool cut = false;  // stopped at a bound or at a page already seen
};

class TwilioApi {
 public:
  TwilioApi(const TwilioOptions& options, net::HttpClient& http, Clock& clock, Random& random);

  bool configured() const;
  const std::string& account_sid() const { return options_.account_sid; }
  bool uses_auth_token() const;  // not an API key
  std::string origin(Host host) const;
  // "/2010-04-01/Accounts/AC…/Messages.json" for "Messages.json".
  std::string account_path(std::string_view rest) const;

  asio::awaitable<Result<ApiReply>> get(Host host, std::string path, net::Headers query = {});
  // Sent once, whatever comes back.
  asio::awaitable<Result<ApiReply>> post(Host host, std::string path, net::Headers form);
  asio::awaitable<Result<ApiReply>> patch(Host host, std::string path, net::Headers form);
  asio::awaitable<Status> remove(Host host, std::string path);

  // One page of a list; `path` is the list's path or the `next` of the page before (then without query).
  asio::awaitable<Result<ApiPage>> page(Host host, std::string path, std::string rows_name, net::Headers query = {});
  // Every row of a list, a page at a time in memory; true where it stopped at a bound or at a page already seen.
  asio::awaitable<Result<bool>> each(Host host, std::string path, std::string rows_name, net::Headers query,
                                     std::size_t max_pages, std::function<void(Json row)> visit);
  asio::awaitable<Result<Listed>> list(Host host, std::string path, std::string rows_name, net::Headers query = {},
                                       std::size_t max_pages = kMaxListPages);

  // Is this the key that we speak with ourselves?
  bool speaks_with(std::string_view key_sid) const { return !key_sid.empty() && options_.api_key == key_sid; }

  // One page of a list as it came: what is long is read in the pool by its reader.
  asio::awaitable<Result<std::string>> page_text(std::string path, net::Headers query);
  Error unexpected_answer(std::string head) const {
    return net::unexpected_answer("Twilio", false, 200, std::move(head));
  }
  asio::thread_pool& pool() { return http_.pool(); }

  // Of the last answer that carried it: how many requests Twilio counted at once.
  std::optional<long long> concurrent_requests() const { return concurrent_; }
  // How far Twilio's clock is ahead of ours, by the last answer's Date; to the second.
  std::optional<Duration> clock_ahead() const { return clock_ahead_; }

 private:
  asio::awaitable<Result<ApiReply>> write(std::string method, Host host, std::string path, net::Headers form);
  std::string absolute(Host host, const std::string& path) const;
  asio::awaitable<Result<net::ServiceReply>> send(net::ServiceCall call);
  asio::awaitable<Result<ApiReply>> call(net::ServiceCall call);

  const TwilioOptions& options_;
  net::HttpClient& http_;
  net::ServiceClient client_;
  Clock& clock_;
  std::optional<long long> concurrent_;
  std::optional<Duration> clock_ahead_;
};

}  // namespace apiops::twilio
