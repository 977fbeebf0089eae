using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace AmViz.Sweeps;

/// <summary>Identity of a sweep: the hash of what is to be drawn, so that submitting the same twice is one sweep.</summary>
/// <param name="Value">Sixteen lower-case hexadecimal characters.</param>
[GenerateSerializer, Immutable, Alias("amviz.SweepId"), JsonConverter(typeof(SweepIdJsonConverter))]
public readonly record struct SweepId([property: Id(0)] string Value)
{
    /// <summary>Length of <see cref="Value"/>.</summary>
    public const int Length = 16;

    /// <summary>Reads the text form.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out SweepId id)
    {
        id = new(text ?? "");
        return text is { Length: Length } && text.All(char.IsAsciiHexDigitLower);
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>A sweep id is a string in JSON.</summary>
internal sealed class SweepIdJsonConverter : JsonConverter<SweepId>
{
    public override SweepId Read(ref System.Text.Json.Utf8JsonReader reader, Type typeToConvert, System.Text.Json.JsonSerializerOptions options)
        => SweepId.TryParse(reader.GetString(), out var id)
            ? id
            : throw new System.Text.Json.JsonException($"Not a sweep id; expected {SweepId.Length} lower-case hexadecimal characters.");

    public override void Write(System.Text.Json.Utf8JsonWriter writer, SweepId value, System.Text.Json.JsonSerializerOptions options)
        => writer.WriteStringValue(value.Value);
}
