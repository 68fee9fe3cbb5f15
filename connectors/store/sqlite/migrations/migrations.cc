#include "connectors/store/sqlite/migrations/migrations.h"

#include <array>

namespace apiops::sqlite {

std::span<const Migration> migrations() {
  static const std::array<Migration, 1> all{{{1, kMigration0001}}};
  return all;
}

}  // namespace apiops::sqlite
