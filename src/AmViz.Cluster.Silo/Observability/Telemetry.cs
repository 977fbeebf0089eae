using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace AmViz.Cluster.Silo;

/// <summary>Which meters and spans of a silo are exported, and to whom.</summary>
internal static class Telemetry
{
    /// <summary>Meters of ours, of Orleans and of the runtime, for Prometheus; with <paramref name="otlp"/> also metrics, spans and logs for a collector.</summary>
    public static void Add(IHostApplicationBuilder builder, ObservatoryOptions options, bool otlp)
    {
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => Describe(resource, options))
            .WithMetrics(metrics =>
            {
                metrics.AddMeter("AmViz.*", "Microsoft.Orleans").AddRuntimeInstrumentation();
                if (options.HttpPort is not null)
                {
                    metrics.AddPrometheusExporter();
                }
            });
        // One meter a name: a label that repeats it on every series says nothing.
        builder.Services.Configure<PrometheusAspNetCoreOptions>(prometheus => prometheus.ScopeInfoEnabled = false);
        if (otlp)
        {
            telemetry
                .WithTracing(spans => spans.AddSource("AmViz.*", "Microsoft.Orleans.*"))
                .WithLogging(configureBuilder: null, logs => (logs.IncludeFormattedMessage, logs.IncludeScopes) = (true, true))
                .UseOtlpExporter();
        }
    }

    /// <summary>The environment has the last word, but what it leaves out is said here: with a name of the service alone, all pods would be one instance.</summary>
    private static void Describe(ResourceBuilder resource, ObservatoryOptions options) => resource
        .AddService("amviz", serviceVersion: SiloBuild.ThisVersion, serviceInstanceId: options.Name ?? Environment.MachineName)
        .AddAttributes([new("amviz.role", options.Role)])
        .AddEnvironmentVariableDetector();
}
