// Units of work 12 and 13: readings, monitors, alerts; and the team's settings.
#pragma once

#include "connectors/store/sqlite/writer.h"
#include "engine/ports/store.h"

namespace apiops::sqlite {

Status observe(Work& work, const ReadingRow& reading, Time next_at);
Status put_monitor(Work& work, const MonitorRow& monitor);
Result<AlertRow> open_alert(Work& work, const AlertRow& alert, Together together);
Result<bool> change_alert(Work& work, const AlertRow& alert, long long version, Together together);
Status put_setting(Work& work, const std::string& name, const Json& value, Together together);

}  // namespace apiops::sqlite
