// What several of OpenAI's questions need to know: what a free call shows, which project the key belongs to, which
// projects work just now. Each reads afresh; nothing is cached here.
#pragma once

#include <asio/awaitable.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "connectors/services/openai/openai_api.h"
#include "engine/base/time.h"

namespace apiops::openai {

// What costs nothing: GET /models (stays green without credit) and a token count (refused as a completion would be).
struct FreeProbe {
  std::optional<Duration> latency;  // of GET /models
  std::optional<Error> models_error;
  std::vector<std::string> models;
  std::string model;  // the one that was asked for a count; empty: no count was taken
  std::optional<Error> count_error;
  std::optional<RateHeaders> rates;  // for `model`, where the count was accepted
  const Error* first_error() const {
    if (models_error) return &*models_error;
    return count_error ? &*count_error : nullptr;
  }
};
asio::awaitable<FreeProbe> free_probe(OpenAiApi& api, std::string model);

// A small, cheap text model among these; empty where none looks like one.
std::string small_model(const std::vector<std::string>& models);

struct Project {
  std::string id, name, status;
  std::optional<Time> created;
};
asio::awaitable<Result<std::vector<Project>>> projects(OpenAiApi& api);  // active ones; needs the admin key

// Does the key have the head and the tail that OpenAI shows of it ("sk-proj-…abcd")?
bool shows_this_key(const std::string& redacted, const Secret& key);
// The project that the project key belongs to, found by what its key list shows; nothing where it can't be told.
asio::awaitable<std::optional<Project>> own_project(OpenAiApi& api);

// Completed model requests by project, from the usage report (which knows no failures).
struct Activity {
  long long requests = 0;
  std::optional<Time> last_until;  // end of the last hour with a request
};
asio::awaitable<Result<std::map<std::string, Activity>>> activity(OpenAiApi& api, Period period);
// The end of the last minute before `until` (an hour's end) in which the project completed a request.
asio::awaitable<std::optional<Time>> last_minute(OpenAiApi& api, std::string project, Time until);

std::string utc(Time t, Time now);  // "11:40 UTC", "Sun 15:02 UTC"

}  // namespace apiops::openai
