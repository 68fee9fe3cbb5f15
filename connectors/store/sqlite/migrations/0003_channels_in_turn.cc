// What is to be sent is found channel by channel, so that a flooded one holds up no other.
#include "connectors/store/sqlite/migrations/migrations.h"

namespace apiops::sqlite {

const char* const kMigration0003 = R"sql(
DROP INDEX outbox_open;
CREATE INDEX outbox_channel ON outbox (connector, workspace, channel, state, (remote_id = '' AND only_for = ''), changed_at)
  WHERE state IN ('waiting', 'sending', 'unsure');
CREATE INDEX outbox_lease ON outbox (leased_until) WHERE state = 'sending';
)sql";

}  // namespace apiops::sqlite
