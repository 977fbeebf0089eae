using Microsoft.Extensions.Configuration;

namespace AmViz.Cluster.Silo;

/// <summary>Whether metrics, traces and logs are sent over OTLP: the standard environment of OpenTelemetry says so.</summary>
internal static class Otlp
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string Disabled = "OTEL_SDK_DISABLED";

    /// <summary>The variables of OpenTelemetry, and no other of this process.</summary>
    public static IConfigurationRoot Environment() => new ConfigurationBuilder()
        .AddInMemoryCollection(System.Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>()
            .Where(variable => ((string)variable.Key).StartsWith("OTEL_", StringComparison.Ordinal))
            .Select(variable => KeyValuePair.Create((string)variable.Key, (string?)variable.Value)))
        .Build();

    /// <summary>Whether an endpoint is named and nobody has switched telemetry off.</summary>
    public static bool IsOn(IConfiguration environment)
        => environment[Endpoint] is { Length: > 0 } && !string.Equals(environment[Disabled], "true", StringComparison.OrdinalIgnoreCase);
}
