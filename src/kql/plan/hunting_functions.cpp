// Functions that Microsoft's hunting pages add to KQL, over the data at hand.
// Source: learn.microsoft.com, defender-xdr: advanced-hunting-fileprofile-function, -devicefromip-function,
// -assignedipaddresses-function, -seenby-function.
#include "hunting_functions.h"

#include <array>

#include "inner_text.h"

namespace vedette::kql {
namespace {

// The column that an argument names: itself, or by a text.
Result<std::string> hash_column(Binding& binding, const ast::Call& call, const Schema& columns) {
  std::string name = "SHA1";
  if (!call.arguments.empty()) {
    const ast::Expr& expr = *call.arguments[0].expr;
    const auto* reference = expr.try_as<ast::NameRef>();
    name = reference && columnar::find_column(columns, reference->name.text)
               ? std::string(reference->name.text)
               : TRY(bind_text(binding, expr, "The column of a file's hash"));
  }
  const auto column = columnar::find_column(columns, name);
  if (!column || columns[*column].type != Type::string)
    return semantic_error("FileProfile() needs a string column " + quoted(name) + ".", call.span);
  return name;
}

// What FileProfile() adds, over the columns of a certificate; what only Microsoft knows of a file (how often it is seen
// in the world, its threat name) is null.
constexpr std::pair<std::string_view, std::string_view> profile[] = {
    {"GlobalPrevalence", "long(null)"},
    {"GlobalFirstSeen", "datetime(null)"},
    {"GlobalLastSeen", "datetime(null)"},
    {"Signer", "__signer"},
    {"Issuer", "__issuer"},
    {"SignerHash", "__signer_hash"},
    {"IsCertificateValid", "__trusted"},
    {"IsRootSignerMicrosoft", "__root"},
    {"SignatureState",
     "case(isnull(__signed), 'Unknown', not(__signed), 'Unsigned', __trusted, 'SignedValid', 'SignedInvalid')"},
    {"IsExecutable", "bool(null)"},
    {"ThreatName", "''"},
    {"Publisher", "''"},
    {"SoftwareName", "''"},
    {"ProfileAvailability", "iff(coalesce(__known, false), 'Available', 'Missing')"},
};

// The columns of the input, and those of the profile behind them.
std::string profiled(const Schema& input) {
  std::vector<std::string> names, values;
  for (const auto& column : input) names.push_back(column.name), values.push_back(column_text(column.name));
  for (const auto& [name, value] : profile) names.emplace_back(name), values.emplace_back(value);
  return assignments_text(names, values);
}

// What is known of a file from the data at hand: the certificate that signed it, by SHA-1. A file without one is
// Missing.
Result<PlanPtr> file_profile(Binding& binding, const ast::Call& call, PlanPtr input) {
  if (call.arguments.size() > 2) return semantic_error("FileProfile() takes a column and a limit.", call.span);
  const std::string hash = column_text(TRY(hash_column(binding, call, input->output)));
  const Schema input_columns = input->output;
  InnerText text(binding, "FileProfile", call.span);
  TRY(text.add_rows("__T", std::move(input)));
  const bool has_certificates = binding.catalog.find("DeviceFileCertificateInfo") != nullptr;
  const std::string certificates =
      has_certificates ? "DeviceFileCertificateInfo | summarize arg_max(Timestamp, *) by __hash = tolower(SHA1)"
                         " | project __hash, __signer = Signer, __issuer = Issuer, __signer_hash = SignerHash,"
                         " __trusted = IsTrusted, __root = IsRootSignerMicrosoft, __signed = IsSigned, __known = true"
                       : "datatable(__hash:string, __signer:string, __issuer:string, __signer_hash:string,"
                         " __trusted:bool, __root:bool, __signed:bool, __known:bool)[]";
  return text.bind("__T | extend __hash = tolower(" + hash + ") | lookup kind=leftouter (" + certificates +
                   ") on __hash | project " + profiled(input_columns));
}

// The latest record of each network adapter, at a time when one is given, as text; the instant is the value `__time`.
Result<std::string> adapters(Binding& binding, const ast::Call& call, size_t time_argument, InnerText& text) {
  if (binding.catalog.find("DeviceNetworkInfo") == nullptr)
    return not_supported(quoted(call.name.text) + " without the table 'DeviceNetworkInfo'", call.span);
  std::string rows = "DeviceNetworkInfo";
  if (call.arguments.size() > time_argument) {
    TRY(text.add_value("__time", TRY(bind_constant(binding, *call.arguments[time_argument].expr, Type::datetime,
                                                   "The point in time"))));
    rows += " | where Timestamp <= __time";
  }
  return rows +
         " | summarize arg_max(Timestamp, *) by DeviceId, NetworkAdapterName"
         " | mv-expand __address = parse_json(IPAddresses)";
}

// invoke DeviceFromIP([Timestamp]): the devices that have an address of the column IP.
Result<PlanPtr> device_from_ip(Binding& binding, const ast::Call& call, PlanPtr input) {
  if (call.arguments.size() > 1) return semantic_error("DeviceFromIP() takes a point in time.", call.span);
  const auto column = columnar::find_column(input->output, "IP");
  if (!column || input->output[*column].type != Type::string)
    return semantic_error("DeviceFromIP() needs a string column 'IP'.", call.span);
  InnerText text(binding, "DeviceFromIP", call.span);
  TRY(text.add_rows("__T", std::move(input)));
  const std::string rows = TRY(adapters(binding, call, 0, text));
  return text.bind(
      "__T | distinct IP | join kind=inner (" + rows +
      " | project DeviceId, __ip = tostring(__address.IPAddress) | where isnotempty(__ip)) on $left.IP == $right.__ip"
      " | distinct IP, DeviceId");
}

// What devices have seen of each other is not among the hunting tables.
Result<PlanPtr> seen_by(Binding&, const ast::Call& call, PlanPtr) {
  return not_supported("SeenBy(), which needs the records of device discovery,", call.span);
}

struct HuntingFunction {
  std::string_view name;
  Result<PlanPtr> (*bind)(Binding&, const ast::Call&, PlanPtr);
};
constexpr std::array table = {HuntingFunction{"FileProfile", file_profile},
                              HuntingFunction{"DeviceFromIP", device_from_ip}, HuntingFunction{"SeenBy", seen_by}};

constexpr std::string_view assigned_addresses = "AssignedIPAddresses";

}  // namespace

std::optional<Result<PlanPtr>> bind_hunting_function(Binding& binding, const ast::Call& call, PlanPtr& input) {
  for (const HuntingFunction& function : table)
    if (function.name == call.name.text) return function.bind(binding, call, std::move(input));
  return std::nullopt;
}

bool is_hunting_table(std::string_view function) { return function == assigned_addresses; }

// AssignedIPAddresses(device [, Timestamp]): the addresses of a device, which is given by its id or its name.
Result<PlanPtr> bind_hunting_table(Binding& binding, const ast::Call& call) {
  if (call.arguments.empty() || call.arguments.size() > 2)
    return semantic_error("AssignedIPAddresses() takes a device and a point in time.", call.span);
  InnerText text(binding, std::string(assigned_addresses), call.span);
  TRY(text.add_value("__device", TRY(bind_constant(binding, *call.arguments[0].expr, Type::string, "The device"))));
  const std::string rows = TRY(adapters(binding, call, 1, text));
  return text.bind(rows +
                   " | where DeviceId == __device or DeviceName =~ __device | extend __ip = "
                   "tostring(__address.IPAddress) | where isnotempty(__ip)"
                   " | project Timestamp, IPAddress = __ip, IPType = tostring(__address.AddressType),"
                   " NetworkAdapterType, ConnectedNetworks");
}

}  // namespace vedette::kql
