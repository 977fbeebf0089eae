using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text;
using AmViz.Cluster.Grains;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AmViz.Cluster.Silo.Tests.Observability;

/// <summary>What a collector gets; one that speaks plain HTTP is made here.</summary>
public sealed class OtlpTests : IAsyncLifetime
{
    private readonly ConcurrentDictionary<string, string> _received = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _neverAnswers = new();
    private WebApplication _collector = null!;
    private bool _hangs;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task MetricsSpansAndLogsAreSentWhereTheEnvironmentSays()
    {
        await using (var observatory = await Start(_collector.Urls.First()))
        {
            Assert.True(observatory.IsTracing);
            using var source = new ActivitySource(DeviceSpans.SourceName);
            source.StartActivity("a span of ours")!.Dispose();
            using var logs = LoggerFactory.Create(logging => observatory.AddTo(logging));
            LogALine(logs.CreateLogger("AmViz.Test"));
        }

        Assert.Contains("amviz.build.info", _received["/v1/metrics"], StringComparison.Ordinal);
        Assert.Contains("a span of ours", _received["/v1/traces"], StringComparison.Ordinal);
        Assert.Contains("a line of ours", _received["/v1/logs"], StringComparison.Ordinal);
        Assert.All(_received.Values, body => Assert.Contains("amviz.role", body, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null, "pod-7")]
    [InlineData("service.instance.id=from-outside", "from-outside")]
    public async Task SilosOfOneServiceAreInstancesOfTheirOwn(string? attributes, string instance)
    {
        await using (await Start(_collector.Urls.First(), new() { Name = "pod-7" }, ("OTEL_SERVICE_NAME", "amviz-device"), ("OTEL_RESOURCE_ATTRIBUTES", attributes)))
        {
            // What it sends at its end is enough.
        }

        var sent = _received["/v1/metrics"];
        Assert.Contains("amviz-device", sent, StringComparison.Ordinal);
        Assert.Contains("service.instance.id", sent, StringComparison.Ordinal);
        Assert.Contains(instance, sent, StringComparison.Ordinal);
        Assert.Contains("service.version", sent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ACollectorThatDoesNotAnswerDoesNotHoldTheEndUp()
    {
        _hangs = true;
        var observatory = await Start(_collector.Urls.First());
        var watch = Stopwatch.StartNew();
        await observatory.DisposeAsync();
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 10);
    }

    [Theory]
    [InlineData(null, null, false)]
    [InlineData("", null, false)]
    [InlineData("http://collector:4317", null, true)]
    [InlineData("http://collector:4317", "false", true)]
    [InlineData("http://collector:4317", "TRUE", false)]
    public void ItIsOnWhenAnEndpointIsNamedAndNobodyHasSwitchedItOff(string? endpoint, string? disabled, bool isOn)
        => Assert.Equal(isOn, Otlp.IsOn(new ConfigurationBuilder()
            .AddInMemoryCollection([new("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint), new("OTEL_SDK_DISABLED", disabled)]).Build()));

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRoutingCore();
        _collector = builder.Build();
        _collector.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            _received.AddOrUpdate(context.Request.Path, _ => Text(body), (_, before) => before + Text(body));
            await (_hangs ? _neverAnswers.Task.WaitAsync(context.RequestAborted) : Task.CompletedTask);
        });
        await _collector.StartAsync(Token);
    }

    public async ValueTask DisposeAsync()
    {
        _neverAnswers.SetResult();
        await _collector.DisposeAsync();
    }

    private static Task<Observatory> Start(string collector, ObservatoryOptions? options = null, params (string Name, string? Value)[] more) => Observatory.StartAsync(
        options ?? new(),
        new ConfigurationBuilder().AddInMemoryCollection(
            [new("OTEL_EXPORTER_OTLP_ENDPOINT", collector), new("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), .. more.Select(pair => KeyValuePair.Create(pair.Name, pair.Value))]).Build(),
        Token);

    private static string Text(MemoryStream body) => Encoding.Latin1.GetString(body.ToArray());

    private static readonly Action<ILogger, Exception?> Line = LoggerMessage.Define(LogLevel.Warning, new(1), "a line of ours");

    private static void LogALine(ILogger log) => Line(log, null);
}
