#include "bot/log.h"

#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <array>
#include <mutex>

namespace apiops {

namespace {

class MaskingSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  void use(const MaskingGate* gate) {
    const std::lock_guard lock(mutex_);
    gate_ = gate ? gate : &shapes_;
  }

 private:
  void sink_it_(const spdlog::details::log_msg& line) override {
    const std::string text = gate_->mask(std::string_view(line.payload.data(), line.payload.size()));
    spdlog::details::log_msg masked = line;
    masked.payload = text;
    out_.log(masked);
  }
  void flush_() override { out_.flush(); }

  const MaskingGate shapes_{MaskingSettings{.mask_personal_data = true}};  // knows no secret yet, but their shapes
  const MaskingGate* gate_ = &shapes_;
  spdlog::sinks::stderr_color_sink_st out_;
};

const std::shared_ptr<MaskingSink>& sink() {
  static const auto kSink = std::make_shared<MaskingSink>();
  return kSink;
}

}  // namespace

void start_log() {
  spdlog::set_default_logger(std::make_shared<spdlog::logger>("apiops", sink()));
  spdlog::set_level(spdlog::level::warn);
}

bool set_log_level(const std::string& level) {
  constexpr std::array kLevels{std::pair{"error", spdlog::level::err}, std::pair{"warn", spdlog::level::warn},
                               std::pair{"info", spdlog::level::info}, std::pair{"debug", spdlog::level::debug}};
  for (const auto& [name, value] : kLevels)
    if (level == name) return spdlog::set_level(value), true;
  return false;
}

void mask_log_with(const MaskingGate* gate) { sink()->use(gate); }

}  // namespace apiops
