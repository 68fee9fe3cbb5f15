// From what a platform delivered to what is answered: a message is understood and answered or becomes a plan, a click
// does what its token was stored for. Everything gets an answer; nothing that a person typed or clicked is trusted
// further than the identity that the platform vouches for.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <set>

#include "engine/conversation/reply.h"
#include "engine/conversation/room.h"

namespace apiops {

inline constexpr int kMaxTries = 5;  // of one event that a process died of; then it is told and left

class Conversation {
 public:
  Conversation(Room& room, asio::any_io_executor loop)
      : room_(room), loop_(std::move(loop)), planner_(room.plans), approvals_(room.plans) {}

  // Never throws: what goes wrong is told to the person, and the event is done with.
  asio::awaitable<void> handle(InboxRow row);
  // Heard when it arrives, before its turn: the events of a place wait for each other, and who cancels a long reading
  // does not want to wait for its end. It stays in the inbox and is answered in its turn.
  void overhear(const InboundEvent& event);

 private:
  struct Running {
    std::string person;
    Place place;
    std::shared_ptr<Reply> reply;
  };
  asio::awaitable<Status> handle_message(const InboxRow& row, const Person& person, Place place, std::string text,
                                         std::optional<Understanding> meaning, std::string replaces = {});
  asio::awaitable<Status> handle_click(const InboxRow& row, const Person& person);
  asio::awaitable<Status> click_on_plan(const InboxRow& row, const Person& person, const ButtonRow& button,
                                        Place place);
  asio::awaitable<Status> change_plan(const InboxRow& row, const Person& person, const ButtonRow& button, Place place);
  asio::awaitable<Status> click_on_alert(const InboxRow& row, const Person& person, const ButtonRow& button,
                                         Place place);
  asio::awaitable<Status> answer(Ask& ask);
  asio::awaitable<Status> answer_question(Ask& ask, AnswerFunction function);
  asio::awaitable<Status> propose(Ask& ask);
  asio::awaitable<Result<PlanReply>> plan_patiently(PlanRequest request, Reply& reply, std::string zone);
  asio::awaitable<Status> ask_back(Ask& ask);
  asio::awaitable<void> greet(const InboxRow& row);
  bool too_many(const std::string& person);

  Room& room_;
  asio::any_io_executor loop_;
  Planner planner_;
  Approvals approvals_;
  int patient_ = 0;                                // asks that wait for a service's rate limit
  std::map<std::string, std::deque<Time>> asked_;  // by person, the last minute
  std::map<std::string, Running> running_;         // questions that are being answered, by ask
  std::set<std::string> cancels_;                  // keys of events that cancelled one, until their turn
};

}  // namespace apiops
