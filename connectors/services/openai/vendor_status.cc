// status.vendor for OpenAI: a Statuspage.
#include "connectors/net/status_page.h"
#include "connectors/services/openai/openai_adapter.h"

namespace apiops::openai {

asio::awaitable<Result<VendorState>> OpenAiAdapter::vendor_status() {
  co_return co_await net::read_statuspage(http_, options_.status_url, options_.status_url);
}

}  // namespace apiops::openai
