// Which file answers which question: one line each.
#include "engine/answers/answer.h"

namespace apiops {

asio::awaitable<Answer> answer_health(Question, Senses&, Progress&);
asio::awaitable<Answer> answer_errors(Question, Senses&, Progress&);
asio::awaitable<Answer> answer_explain(Question, Senses&, Progress&);
asio::awaitable<Answer> answer_diagnosis(Question, Senses&, Progress&);
asio::awaitable<Answer> answer_configuration(Question, Senses&, Progress&);
asio::awaitable<Answer> answer_resources(Question, Senses&, Progress&);
asio::awaitable<Answer> answer_resource(Question, Senses&, Progress&);
asio::awaitable<Answer> answer_failed_things(Question, Senses&, Progress&);
asio::awaitable<Answer> answer_webhooks(Question, Senses&, Progress&);
asio::awaitable<Answer> answer_usage(Question, Senses&, Progress&);
asio::awaitable<Answer> answer_limits(Question, Senses&, Progress&);
asio::awaitable<Answer> answer_balance(Question, Senses&, Progress&);
asio::awaitable<Answer> answer_number_search(Question, Senses&, Progress&);
asio::awaitable<Answer> answer_vendor_status(Question, Senses&, Progress&);
asio::awaitable<Answer> answer_credentials(Question, Senses&, Progress&);
asio::awaitable<Answer> answer_idle(Question, Senses&, Progress&);
asio::awaitable<Answer> answer_audit(Question, Senses&, Progress&);

namespace {

struct Entry {
  std::string_view intent;
  AnswerFunction function;
};

constexpr Entry kQuestions[] = {
    {"health.check", answer_health},
    {"errors.report", answer_errors},
    {"errors.explain", answer_explain},
    {"failures.diagnose", answer_diagnosis},
    {"config.audit", answer_configuration},
    {"resources.list", answer_resources},
    {"resource.show", answer_resource},
    {"messages.failed", answer_failed_things},
    {"calls.failed", answer_failed_things},
    {"payments.failed", answer_failed_things},
    {"webhooks.failing", answer_webhooks},
    {"usage.report", answer_usage},
    {"limits.report", answer_limits},
    {"balance.show", answer_balance},
    {"numbers.search", answer_number_search},
    {"status.vendor", answer_vendor_status},
    {"credentials.check", answer_credentials},
    {"idle.report", answer_idle},
    {"audit.search", answer_audit},
};

}  // namespace

AnswerFunction answer_to(std::string_view intent) {
  for (const auto& entry : kQuestions)
    if (entry.intent == intent) return entry.function;
  return nullptr;
}

}  // namespace apiops
