using System.Text.Json;
using System.Text.Json.Serialization;

namespace AmViz.Cluster.Api;

/// <summary>The JSON of the API: that of <c>amviz ... --json</c>, every key there also where its value is unknown.</summary>
internal static class ApiJson
{
    /// <summary>For everything but problems.</summary>
    public static JsonSerializerOptions Options { get; } = new(SweepJson.Compact) { DefaultIgnoreCondition = JsonIgnoreCondition.Never };

    /// <summary>Makes ASP.NET write the same.</summary>
    public static void Apply(JsonSerializerOptions options)
    {
        options.NumberHandling = Options.NumberHandling;
        options.DefaultIgnoreCondition = Options.DefaultIgnoreCondition;
        options.RespectNullableAnnotations = Options.RespectNullableAnnotations;
        options.RespectRequiredConstructorParameters = Options.RespectRequiredConstructorParameters;
        foreach (var converter in Options.Converters)
        {
            options.Converters.Add(converter);
        }
    }
}
