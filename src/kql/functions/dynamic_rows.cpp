#include "dynamic_rows.h"

#include "vedette/columnar/real_text.h"

namespace vedette::kql {

using columnar::DynamicKind;

void append_text(std::string& out, const columnar::Dynamic& value) {
  switch (value.kind()) {
    case DynamicKind::null:
      return;
    case DynamicKind::string:
      out += value.text();
      return;
    case DynamicKind::datetime:
    case DynamicKind::timespan:
    case DynamicKind::guid: {
      const size_t begin = out.size();
      columnar::append_json(out, value);
      out.erase(begin, 1);
      out.pop_back();
      return;
    }
    case DynamicKind::boolean:
    case DynamicKind::int64:
    case DynamicKind::real:
    case DynamicKind::array:
    case DynamicKind::bag:
      columnar::append_engine_json(out, value);
      return;
  }
}

}  // namespace vedette::kql
