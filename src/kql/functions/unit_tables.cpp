// Units of measurement as convert_…() names them, and what one of each is in its dimension's base unit. The engine
// takes the constants of Units.NET, rounded as they are there: in the page's example an acre-foot is 1 / 0.000810714
// cubic meters. A factor of 0 is one that is not known. Source: kusto/query: convert-angle-function.md and its like.
#include "units.h"

namespace vedette::kql {
namespace {

// In degrees.
constexpr Unit angles[] = {{"Arcminute", 0.016666666666666666},
                           {"Arcsecond", 0.0002777777777777778},
                           {"Centiradian", 0.5729577951308232},
                           {"Deciradian", 5.729577951308233},
                           {"Degree", 1},
                           {"Gradian", 0.9},
                           {"Microdegree", 1e-06},
                           {"Microradian", 5.729577951308232e-05},
                           {"Millidegree", 0.001},
                           {"Milliradian", 0.057295779513082325},
                           {"Nanodegree", 1e-09},
                           {"Nanoradian", 5.7295779513082324e-08},
                           {"NatoMil", 0.05625},
                           {"Radian", 57.29577951308232},
                           {"Revolution", 360},
                           {"Tilt", 0}};

// In joules.
constexpr Unit energies[] = {{"BritishThermalUnit", 1055.05585262},
                             {"Calorie", 4.184},
                             {"DecathermEc", 1055055852.6199999},
                             {"DecathermImperial", 1055055852.57348},
                             {"DecathermUs", 1054804000},
                             {"ElectronVolt", 1.602176565e-19},
                             {"Erg", 1e-07},
                             {"FootPound", 1.355817948},
                             {"GigabritishThermalUnit", 1055055852620},
                             {"GigaelectronVolt", 1.602176565e-10},
                             {"Gigajoule", 1000000000},
                             {"GigawattDay", 86400000000000},
                             {"GigawattHour", 3600000000000},
                             {"HorsepowerHour", 2684519.5377},
                             {"Joule", 1},
                             {"KilobritishThermalUnit", 1055055.85262},
                             {"Kilocalorie", 4184},
                             {"KiloelectronVolt", 1.602176565e-16},
                             {"Kilojoule", 1000},
                             {"KilowattDay", 86400000},
                             {"KilowattHour", 3600000},
                             {"MegabritishThermalUnit", 1055055852.62},
                             {"Megacalorie", 4184000},
                             {"MegaelectronVolt", 1.602176565e-13},
                             {"Megajoule", 1000000},
                             {"MegawattDay", 86400000000},
                             {"MegawattHour", 3600000000},
                             {"Millijoule", 0.001},
                             {"TeraelectronVolt", 1.602176565e-07},
                             {"TerawattDay", 8.64e+16},
                             {"TerawattHour", 3600000000000000},
                             {"ThermEc", 105505585.262},
                             {"ThermImperial", 105505585.257348},
                             {"ThermUs", 105480400},
                             {"WattDay", 86400},
                             {"WattHour", 3600}};

// In newtons.
constexpr Unit forces[] = {{"Decanewton", 10},
                           {"Dyn", 1e-05},
                           {"KilogramForce", 9.80665002864},
                           {"Kilonewton", 1000},
                           {"KiloPond", 9.80665002864},
                           {"KilopoundForce", 4448.22161526051},
                           {"Meganewton", 1000000},
                           {"Micronewton", 1e-06},
                           {"Millinewton", 0.001},
                           {"Newton", 1},
                           {"OunceForce", 0.2780138509537812},
                           {"Poundal", 0.1382550279897304},
                           {"PoundForce", 4.448221615260509},
                           {"ShortTonForce", 8896.443230521},
                           {"TonneForce", 9806.65002864}};

// In meters.
constexpr Unit lengths[] = {{"Angstrom", 1e-10},
                            {"AstronomicalUnit", 149597870700},
                            {"Centimeter", 0.01},
                            {"Chain", 20.1168},
                            {"DataMile", 1828.8},
                            {"Decameter", 10},
                            {"Decimeter", 0.1},
                            {"DtpPica", 0.004233333333332346},
                            {"DtpPoint", 0.00035277777777777776},
                            {"Fathom", 1.8288},
                            {"Foot", 0.3048},
                            {"Hand", 0.1016},
                            {"Hectometer", 100},
                            {"Inch", 0.0254},
                            {"KilolightYear", 9.46073047258e+18},
                            {"Kilometer", 1000},
                            {"Kiloparsec", 3.08567758128e+19},
                            {"LightYear", 9460730472580000},
                            {"MegalightYear", 9.46073047258e+21},
                            {"Megaparsec", 3.08567758128e+22},
                            {"Meter", 1},
                            {"Microinch", 2.54e-08},
                            {"Micrometer", 1e-06},
                            {"Mil", 2.54e-05},
                            {"Mile", 1609.34},
                            {"Millimeter", 0.001},
                            {"Nanometer", 1e-09},
                            {"NauticalMile", 1852},
                            {"Parsec", 3.08567758128e+16},
                            {"PrinterPica", 0.004217517599993978},
                            {"PrinterPoint", 0.00035145980351459805},
                            {"Shackle", 27.432},
                            {"SolarRadius", 695510000},
                            {"Twip", 1.7638888888889126e-05},
                            {"UsSurveyFoot", 0.3048006096012192},
                            {"Yard", 0.9144}};

// In kilograms.
constexpr Unit masses[] = {{"Centigram", 1e-05},
                           {"Decagram", 0.01},
                           {"Decigram", 0.0001},
                           {"EarthMass", 5.9722e+24},
                           {"Grain", 6.479891e-05},
                           {"Gram", 0.001},
                           {"Hectogram", 0.1},
                           {"Kilogram", 1},
                           {"Kilopound", 453.59237},
                           {"Kilotonne", 1000000},
                           {"LongHundredweight", 50.80234544},
                           {"LongTon", 1016.0469088},
                           {"Megapound", 453592.37},
                           {"Megatonne", 1000000000},
                           {"Microgram", 1e-09},
                           {"Milligram", 1e-06},
                           {"Nanogram", 1.0000000000000002e-12},
                           {"Ounce", 0.02834952316484755},
                           {"Pound", 0.45359237},
                           {"ShortHundredweight", 45.359237},
                           {"ShortTon", 907.18474},
                           {"Slug", 14.593903000000001},
                           {"SolarMass", 1.98947e+30},
                           {"Stone", 6.350288000000001},
                           {"Tonne", 1000}};

// In meters a second.
constexpr Unit speeds[] = {{"CentimeterPerHour", 2.777777777777778e-06},
                           {"CentimeterPerMinute", 0.00016666666666666666},
                           {"CentimeterPerSecond", 0.01},
                           {"DecimeterPerMinute", 0.0016666666666666668},
                           {"DecimeterPerSecond", 0.1},
                           {"FootPerHour", 8.466666666666667e-05},
                           {"FootPerMinute", 0.00508},
                           {"FootPerSecond", 0.3048},
                           {"InchPerHour", 7.055555555555555e-06},
                           {"InchPerMinute", 0.0004233333333333333},
                           {"InchPerSecond", 0.0254},
                           {"KilometerPerHour", 0.2777777777777778},
                           {"KilometerPerMinute", 16.666666666666668},
                           {"KilometerPerSecond", 1000},
                           {"Knot", 0.514444},
                           {"MeterPerHour", 0.0002777777777777778},
                           {"MeterPerMinute", 0.016666666666666666},
                           {"MeterPerSecond", 1},
                           {"MicrometerPerMinute", 1.6666666666666667e-08},
                           {"MicrometerPerSecond", 1e-06},
                           {"MilePerHour", 0.44704},
                           {"MillimeterPerHour", 2.7777777777777776e-07},
                           {"MillimeterPerMinute", 1.6666666666666667e-05},
                           {"MillimeterPerSecond", 0.001},
                           {"NanometerPerMinute", 1.6666666666666667e-11},
                           {"NanometerPerSecond", 1e-09},
                           {"UsSurveyFootPerHour", 8.466683600033866e-05},
                           {"UsSurveyFootPerMinute", 0.00508001016002032},
                           {"UsSurveyFootPerSecond", 0.3048006096012192},
                           {"YardPerHour", 0.000254},
                           {"YardPerMinute", 0.01524},
                           {"YardPerSecond", 0.9144}};

// In kelvins.
constexpr Unit temperatures[] = {{"DegreeCelsius", 1, 273.15},
                                 {"DegreeDelisle", -2.0 / 3, 373.15},
                                 {"DegreeFahrenheit", 5.0 / 9, 459.67 * 5 / 9},
                                 {"DegreeNewton", 100.0 / 33, 273.15},
                                 {"DegreeRankine", 5.0 / 9, 0},
                                 {"DegreeReaumur", 5.0 / 4, 273.15},
                                 {"DegreeRoemer", 40.0 / 21, 273.15 - 7.5 * 40 / 21},
                                 {"Kelvin", 1, 0},
                                 {"MillidegreeCelsius", 1e-3, 273.15},
                                 {"SolarTemperature", 5778, 0}};

// In cubic meters.
constexpr Unit volumes[] = {{"AcreFoot", 1233.4806109182769},
                            {"AuTablespoon", 2e-05},
                            {"BoardFoot", 0.0023597372158},
                            {"Centiliter", 1e-05},
                            {"CubicCentimeter", 1e-06},
                            {"CubicDecimeter", 0.001},
                            {"CubicFoot", 0},
                            {"CubicHectometer", 1000000},
                            {"CubicInch", 1.6387e-05},
                            {"CubicKilometer", 1000000000},
                            {"CubicMeter", 1},
                            {"CubicMicrometer", 1e-18},
                            {"CubicMile", 4168181825.44058},
                            {"CubicMillimeter", 1e-09},
                            {"CubicYard", 0.764554858},
                            {"Decaliter", 0.01},
                            {"DecausGallon", 0.0378541},
                            {"Deciliter", 0.0001},
                            {"DeciusGallon", 0.00037854100000000003},
                            {"HectocubicFoot", 0},
                            {"HectocubicMeter", 100},
                            {"Hectoliter", 0.1},
                            {"HectousGallon", 0.378541},
                            {"ImperialBeerBarrel", 0.16365924},
                            {"ImperialGallon", 0.0045460900000018145},
                            {"ImperialOunce", 2.84130624999629e-05},
                            {"ImperialPint", 0.00056826125},
                            {"KilocubicFoot", 0},
                            {"KilocubicMeter", 1000},
                            {"KiloimperialGallon", 4.546090000001815},
                            {"Kiloliter", 1},
                            {"KilousGallon", 3.7854099999999997},
                            {"Liter", 0.001},
                            {"MegacubicFoot", 0},
                            {"MegaimperialGallon", 4546.090000001815},
                            {"Megaliter", 1000},
                            {"MegausGallon", 3785.41},
                            {"MetricCup", 0.00025},
                            {"MetricTeaspoon", 5e-06},
                            {"Microliter", 1e-09},
                            {"Milliliter", 1e-06},
                            {"OilBarrel", 0.158987294928},
                            {"UkTablespoon", 1.5e-05},
                            {"UsBeerBarrel", 0.1173477658},
                            {"UsCustomaryCup", 0.0002365882365},
                            {"UsGallon", 0.00378541},
                            {"UsLegalCup", 0.00024},
                            {"UsOunce", 2.9573529562537606e-05},
                            {"UsPint", 0.000473176473},
                            {"UsQuart", 0.000946352946},
                            {"UsTablespoon", 1.478676478125e-05},
                            {"UsTeaspoon", 4.92892159375e-06}};

}  // namespace

std::span<const Unit> units_of(Dimension dimension) {
  switch (dimension) {
    case Dimension::angle:
      return angles;
    case Dimension::energy:
      return energies;
    case Dimension::force:
      return forces;
    case Dimension::length:
      return lengths;
    case Dimension::mass:
      return masses;
    case Dimension::speed:
      return speeds;
    case Dimension::temperature:
      return temperatures;
    case Dimension::volume:
      return volumes;
  }
  return {};
}

}  // namespace vedette::kql
