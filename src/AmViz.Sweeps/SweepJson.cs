using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace AmViz.Sweeps;

/// <summary>The one JSON dialect of specs, plans, records and manifests: camelCase names, enums as words, ASCII text.</summary>
public static class SweepJson
{
    /// <summary>One line, for records inside pictures, for rows of a part and for hashing.</summary>
    public static JsonSerializerOptions Compact { get; } = Create(indented: false);

    /// <summary>Indented, for files that a person opens.</summary>
    public static JsonSerializerOptions Indented { get; } = Create(indented: true);

    /// <summary>SHA-256 of the compact JSON of <paramref name="value"/>, lower-case hexadecimal, cut to <paramref name="length"/> characters.</summary>
    /// <remarks>Stable because properties are written in the order of their declaration and numbers in their shortest round-trip form.</remarks>
    public static string Hash<T>(T value, int length)
        => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(value, Compact)))[..length];

    /// <summary>The properties of a record under the names that they have in this dialect; those that are only computed are left out.</summary>
    public static IEnumerable<JsonPropertyInfo> PropertiesOf(Type type)
        => Compact.GetTypeInfo(type).Properties.Where(property => property is { Get: not null, Set: not null });

    private static JsonSerializerOptions Create(bool indented)
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            WriteIndented = indented,
            // A dead or diverged channel's objective is a result to be stored, not a reason to fail.
            NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            // A damaged file is refused where it is read, not where the missing value is first used.
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
            Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
        };
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
