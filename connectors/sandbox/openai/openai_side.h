// The simulated OpenAI organisation behind one port: four projects, of which web-prod has no credit left since this
// morning and support-bot works near its rate limit. The environment's project key belongs to web-prod. Loop thread
// only.
#pragma once

#include "connectors/net/http_server.h"
#include "connectors/sandbox/world.h"
#include "engine/base/json.h"

namespace apiops::sandbox::openai {

class OpenAiSide {
 public:
  explicit OpenAiSide(World& world) : world_(world) {}

  std::string api_key() const;  // of project web-prod
  std::string admin_key() const;
  asio::awaitable<net::ServerReply> handle(const net::ServerRequest& request);

 private:
  net::ServerReply route(const net::ServerRequest& request, const std::vector<std::string>& path);
  net::ServerReply organisation(const net::ServerRequest& request, const std::vector<std::string>& path);
  net::ServerReply project(const net::ServerRequest& request, std::size_t index, const std::string& what);
  net::ServerReply models(const std::vector<std::string>& path);
  net::ServerReply spend(const net::ServerRequest& request, bool costs);
  Json project_json(std::size_t index) const;
  Json key_json(std::size_t index) const;
  std::string project_id(std::size_t index) const;
  double requests_in(std::size_t project, Time from, Time to) const;
  net::ServerReply without_credit() const;

  World& world_;
};

}  // namespace apiops::sandbox::openai
