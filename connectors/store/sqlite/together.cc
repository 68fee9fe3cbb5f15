#include "connectors/store/sqlite/together.h"

#include "connectors/store/sqlite/rows.h"

namespace apiops::sqlite {

namespace {

void put_number(std::string& text, const std::string& number) {
  for (std::size_t at = 0; (at = text.find(Store::kNumberHere, at)) != std::string::npos; at += number.size())
    text.replace(at, Store::kNumberHere.size(), number);
}

void put_number(Json& value, const std::string& number) {
  if (value.is_string()) put_number(value.get_ref<std::string&>(), number);
  if (value.is_structured())
    for (auto& part : value) put_number(part, number);
}

void put_number(Together& together, const std::string& number) {
  for (auto& write : together.outbox) put_number(write.document, number);
  for (auto& button : together.buttons) put_number(button.action.subject, number);
  for (auto& entry : together.audit) {
    put_number(entry.resource, number);
    put_number(entry.record, number);
  }
}

void write_button(Work& work, const ButtonRow& b) {
  work.db.change(
      "INSERT INTO button (token_hash, team, kind, subject, plan, fingerprint, outbox, person, ends_at) VALUES (?, ?, "
      "?, ?, ?, ?, ?, ?, ?)",
      b.token_hash, b.team, b.action.kind, b.action.subject, get_string(b.action.subject, "plan"), b.fingerprint,
      b.outbox, b.person, b.ends_at);
}

// A message that is being sent, or may have been, stays in that state: its sender finds the newer revision when it
// comes back. One that is gone stays gone.
void write_message(Work& work, const OutboxWrite& w) {
  work.db.change(
      "INSERT INTO outbox (id, team, subject, connector, workspace, channel, thread, part, document, only_for, "
      "wanted_revision, sent_revision, "
      "remote_id, nonce, state, tries, not_before, changed_at, created_at) "
      "VALUES (?, 'main', ?, ?, ?, ?, ?, ?, ?, ?, 1, 0, '', ?, 'waiting', 0, 0, ?, ?) "
      "ON CONFLICT (subject, connector, workspace, channel, thread, part) DO UPDATE SET document = excluded.document, "
      "wanted_revision = wanted_revision + 1, changed_at = excluded.changed_at, state = CASE state WHEN 'sent' THEN "
      "'waiting' ELSE state END",
      w.id, w.subject, w.place.connector, w.place.workspace, w.place.channel, w.place.thread, w.part, w.document,
      w.only_for, w.nonce, work.now, work.now);
}

}  // namespace

void take_along(Work& work, Together together, std::optional<long long> number) {
  if (number) put_number(together, std::to_string(*number));
  for (const auto& button : together.buttons) write_button(work, button);
  for (const auto& write : together.outbox) write_message(work, write);
  if (!together.inbox_done.empty())
    work.db.change("UPDATE inbox SET state = 'done', leased_until = NULL WHERE id = ? AND state IN ('new', 'taken')",
                   together.inbox_done);
  for (const auto& entry : together.audit) work.chain.append(work.db, work.now, entry);
}

long long next_number(Work& work, const std::string& team, const std::string& kind) {
  Query row = work.db.query(
      "INSERT INTO counter (team, kind, next) VALUES (?, ?, 2) ON CONFLICT (team, kind) DO UPDATE SET next = next + 1 "
      "RETURNING next - 1",
      team, kind);
  row.step();
  const long long number = row.integer(0);
  while (row.step()) {
  }
  return number;
}

}  // namespace apiops::sqlite
