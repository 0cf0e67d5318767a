// Functions that Microsoft's hunting pages add to KQL: invoke FileProfile(…).
// Source: learn.microsoft.com, defender-xdr: advanced-hunting-fileprofile-function.
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

// What is known of a file from the data at hand: the certificate that signed it, by SHA-1. What only Microsoft knows
// (how often a file is seen in the world, its threat name) is null, and a file without a certificate is Missing.
Result<PlanPtr> file_profile(Binding& binding, const ast::Call& call, PlanPtr input) {
  if (call.arguments.size() > 2) return semantic_error("FileProfile() takes a column and a limit.", call.span);
  const std::string hash = column_text(TRY(hash_column(binding, call, input->output)));
  const std::string own = column_list(input->output);
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
                   ") on __hash | project " + own +
                   ", GlobalPrevalence = long(null), GlobalFirstSeen = datetime(null), GlobalLastSeen = datetime(null),"
                   " Signer = __signer, Issuer = __issuer, SignerHash = __signer_hash, IsCertificateValid = __trusted,"
                   " IsRootSignerMicrosoft = __root, SignatureState = case(isnull(__signed), 'Unknown',"
                   " not(__signed), 'Unsigned', __trusted, 'SignedValid', 'SignedInvalid'), IsExecutable = bool(null),"
                   " ThreatName = '', Publisher = '', SoftwareName = '',"
                   " ProfileAvailability = iff(coalesce(__known, false), 'Available', 'Missing')");
}

struct HuntingFunction {
  std::string_view name;
  Result<PlanPtr> (*bind)(Binding&, const ast::Call&, PlanPtr);
};
constexpr std::array table = {HuntingFunction{"FileProfile", file_profile}};

}  // namespace

std::optional<Result<PlanPtr>> bind_hunting_function(Binding& binding, const ast::Call& call, PlanPtr& input) {
  for (const HuntingFunction& function : table)
    if (function.name == call.name.text) return function.bind(binding, call, std::move(input));
  return std::nullopt;
}

}  // namespace vedette::kql
