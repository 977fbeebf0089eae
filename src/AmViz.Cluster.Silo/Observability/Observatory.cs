using System.Diagnostics.Metrics;
using System.Net.Sockets;
using AmViz.Cluster.Api;
using AmViz.Cluster.Client;
using AmViz.Cluster.Console;
using AmViz.Cluster.Grains;
using AmViz.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;

namespace AmViz.Cluster.Silo;

/// <summary>What the process of a silo shows of itself: health, metrics and, of a coordinator, the API over HTTP, telemetry over OTLP. A host of its own, which outlives the silo's lives.</summary>
public sealed class Observatory : IAsyncDisposable
{
    // A collector that does not answer holds nobody up for longer.
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(3);

    private readonly IHost _host;

    private Observatory(IHost host, bool otlp, HttpCertificate? certificate)
    {
        _host = host;
        IsTracing = otlp;
        var addresses = host.Services.GetService<IServer>()?.Features.Get<IServerAddressesFeature>()?.Addresses;
        Address = addresses?.FirstOrDefault() is { } address ? new(address) : null;
        // Made once somebody listens, so that every series is there from the beginning.
        Cluster = host.Services.GetRequiredService<ClusterInstruments>();
        Silo = host.Services.GetRequiredService<SiloInstruments>();
        if (certificate is not null)
        {
            Silo.ShowExpiration("http", () => certificate.Expiration);
        }

        Store = host.Services.GetRequiredService<StoreInstruments>();
        Life = host.Services.GetRequiredService<SiloLife>();
        Dashboard = host.Services.GetService<DashboardPages>();
        Api = host.Services.GetService<LivingCluster>();
    }

    /// <summary>Where it answers; null: no port was asked for.</summary>
    public Uri? Address { get; }

    /// <summary>Metrics of grains and devices.</summary>
    public ClusterInstruments Cluster { get; }

    /// <summary>Makes further meters that are shown here, if their names begin with <c>AmViz.</c></summary>
    public IMeterFactory Meters => _host.Services.GetRequiredService<IMeterFactory>();

    /// <summary>Metrics of the store; see <see cref="MeteredBlobStore"/>.</summary>
    public StoreInstruments Store { get; }

    /// <summary>Metrics of the process.</summary>
    internal SiloInstruments Silo { get; }

    /// <summary>Where the silo stands.</summary>
    internal SiloLife Life { get; }

    /// <summary>The dashboard; null: it is not wanted.</summary>
    internal DashboardPages? Dashboard { get; }

    /// <summary>What the API sees of the cluster; null: it is not wanted.</summary>
    internal LivingCluster? Api { get; }

    /// <summary>Whether spans are wanted.</summary>
    internal bool IsTracing { get; }

    /// <summary>Sends logs to a collector, if there is one.</summary>
    /// <param name="logging">Where else logs go.</param>
    public void AddTo(ILoggingBuilder logging)
    {
        // An instance is not disposed of with the silo's host: its next life logs to the same.
        foreach (var provider in _host.Services.GetServices<ILoggerProvider>().OfType<OpenTelemetryLoggerProvider>())
        {
            logging.AddProvider(provider);
        }
    }

    /// <summary>Opens the port, and begins to send what the environment asks for.</summary>
    /// <param name="options">What and where.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="HttpPortException">The port cannot be opened.</exception>
    public static Task<Observatory> StartAsync(ObservatoryOptions options, CancellationToken cancellationToken) => StartAsync(options, Otlp.Environment(), cancellationToken);

    internal static async Task<Observatory> StartAsync(ObservatoryOptions options, IConfiguration environment, CancellationToken cancellationToken)
    {
        var otlp = Otlp.IsOn(environment);
        var host = Build(options, environment, otlp);
        try
        {
            await host.StartAsync(cancellationToken);
            return new(host, otlp, options.Certificate);
        }
        catch (Exception e) when (e is IOException or SocketException or UnauthorizedAccessException)
        {
            host.Dispose();
            throw new HttpPortException(
                $"Port {options.HttpPort} of {options.HttpAddress} cannot be opened for health and metrics: {e.GetBaseException().Message}. Expected a port that nobody uses. Give another one with --http-port, or leave it out.", e);
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var grace = new CancellationTokenSource(Farewell);
        try
        {
            await Task.Run(() => Leave(grace.Token), grace.Token).WaitAsync(grace.Token);
        }
        catch (OperationCanceledException)
        {
            // The process ends.
        }
    }

    private async Task Leave(CancellationToken cancellationToken)
    {
        // Before the meters are disposed of, and their gauges with them.
        _host.Services.GetService<MeterProvider>()?.ForceFlush((int)Farewell.TotalMilliseconds);
        await _host.StopAsync(cancellationToken);
        _host.Dispose();
    }

    private static IHost Build(ObservatoryOptions options, IConfiguration environment, bool otlp)
    {
        if (options.HttpPort is not { } port)
        {
            var silent = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
            Fill(silent, options, environment, otlp);
            return silent.Build();
        }

        // Empty: the process has its own configuration, logs and signals, and images set a port for ASP.NET Core that is not ours.
        var web = WebApplication.CreateEmptyBuilder(new());
        web.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(options.HttpAddress, port, listen =>
            {
                if (options.Certificate is { } certificate)
                {
                    listen.UseHttps(https =>
                    {
                        https.ServerCertificateSelector = (_, _) => certificate.Current;
                        https.OnAuthenticate = (_, tls) => certificate.Apply(tls);
                    });
                }
            });
        });
        web.Services.AddRoutingCore();
        Fill(web, options, environment, otlp);
        if (options.Dashboard is { } access)
        {
            web.Services.AddSingleton(new DashboardPages(access));
        }

        if (options.Api is { } api)
        {
            web.Services.AddAmVizApi(api);
        }

        var app = web.Build();
        if (app.Services.GetService<DashboardPages>() is { } dashboard)
        {
            ((IApplicationBuilder)app).Map(DashboardPages.Path, pages => pages.Run(dashboard.AnswerAsync));
        }

        if (options.Api is null)
        {
            app.UseRouting();
        }
        else
        {
            app.UseAmVizApi();
            app.MapAmVizApi();
            app.MapAmVizConsole();
        }

        MapHealth(app);
        app.MapPrometheusScrapingEndpoint("/metrics");
        return app;
    }

    private static void Fill(IHostApplicationBuilder builder, ObservatoryOptions options, IConfiguration environment, bool otlp)
    {
        builder.Configuration.AddConfiguration(environment);
        // A port that is taken is told to the caller, and an unhealthy silo to whoever asks, every few seconds.
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning)
            .AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None)
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        options.Logging(builder.Logging);
        builder.Services
            .AddMetrics()
            .AddSingleton<IHostLifetime, QuietLifetime>()
            .AddSingleton<SiloLife>()
            .AddSingleton<ClusterInstruments>()
            .AddSingleton<StoreInstruments>()
            .AddSingleton(services => new SiloInstruments(
                services.GetRequiredService<IMeterFactory>(), services.GetRequiredService<SiloLife>(), new(SiloBuild.ThisVersion, options.Role, options.Pool)));
        builder.Services.AddHealthChecks()
            .AddCheck<StartupCheck>("startup")
            .AddCheck<ReadyCheck>("ready")
            .Add(new("live", services => LiveCheckOf(services.GetRequiredService<ClusterInstruments>(), options.StuckAfter), failureStatus: null, tags: null));
        Telemetry.Add(builder, options, otlp);
    }

    private static LiveCheck LiveCheckOf(ClusterInstruments instruments, TimeSpan limit) => new(() => instruments.ProgressAge, limit, () => instruments.Death);

    private static void MapHealth(WebApplication app)
    {
        foreach (var name in new[] { "startup", "ready", "live" })
        {
            app.MapHealthChecks($"/health/{name}", new HealthCheckOptions { Predicate = check => check.Name == name, ResponseWriter = HealthAnswer.WriteAsync });
        }
    }
}
