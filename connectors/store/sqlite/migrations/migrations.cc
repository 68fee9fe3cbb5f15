#include "connectors/store/sqlite/migrations/migrations.h"

#include <array>

namespace apiops::sqlite {

std::span<const Migration> migrations() {
  static const std::array<Migration, 3> all{{{1, kMigration0001}, {2, kMigration0002}, {3, kMigration0003}}};
  return all;
}

}  // namespace apiops::sqlite
