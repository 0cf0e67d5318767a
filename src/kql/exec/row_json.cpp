#include "vedette/kql/exec/row_json.h"

namespace vedette::kql {

void append_row_json(std::string& out, const columnar::Batch& batch, size_t row) {
  out += '[';
  for (size_t i = 0; i < batch.columns.size(); ++i) {
    if (i > 0) out += ',';
    columnar::append_json(out, batch.columns[i], row);
  }
  out += ']';
}

}  // namespace vedette::kql
