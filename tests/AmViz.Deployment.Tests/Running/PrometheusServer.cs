using System.Diagnostics;
using System.Text.Json.Nodes;
using AmViz.Deployment.Tests.Tools;

namespace AmViz.Deployment.Tests.Running;

/// <summary>A real Prometheus that scrapes silos every second.</summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    private readonly HttpClient _client;
    private readonly Process _process;

    private PrometheusServer(Process process, HttpClient client) => (_process, _client) = (process, client);

    /// <summary>Starts one with the rules of a file.</summary>
    public static PrometheusServer Start(string folder, string rules, IEnumerable<Uri> silos)
    {
        var targets = string.Join(", ", silos.Select(silo => $"'{silo.Authority}'"));
        var configuration = Path.Combine(folder, "prometheus.yml");
        File.WriteAllText(configuration, $$"""
            global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}
            rule_files: ['{{rules}}']
            scrape_configs:
              - job_name: amviz
                static_configs:
                  - targets: [{{targets}}]
                    labels: {namespace: amviz}
            """);
        var address = $"127.0.0.1:{FreePort.Take()}";
        var process = Process.Start(
            new ProcessStartInfo(Tool.Prometheus.Needed().Path, [$"--config.file={configuration}", $"--storage.tsdb.path={Path.Combine(folder, "tsdb")}", $"--web.listen-address={address}", "--log.level=error"])
            {
                UseShellExecute = false,
            })!;
        return new(process, new() { BaseAddress = new($"http://{address}/api/v1/") });
    }

    /// <summary>Whether a query has an answer that is a number.</summary>
    public async Task<bool> AnswersAsync(string query, CancellationToken cancellationToken)
        => await GetAsync($"query?query={Uri.EscapeDataString(query)}", cancellationToken) is { } data
            && data["result"]!.AsArray().Any(series => (string?)series!["value"]![1] is not "NaN");

    /// <summary>Name and health of every rule; none while it has not looked at them.</summary>
    public async Task<IReadOnlyList<(string Name, string Health)>> RulesAsync(CancellationToken cancellationToken)
        => [.. (await GetAsync("rules", cancellationToken))?["groups"]!.AsArray().SelectMany(group => group!["rules"]!.AsArray()).Select(rule => ((string)rule!["name"]!, (string)rule["health"]!)) ?? []];

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _client.Dispose();
    }

    private async Task<JsonNode?> GetAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return JsonNode.Parse(await _client.GetStringAsync(path, cancellationToken))!["data"];
        }
        catch (HttpRequestException)
        {
            // It is not up yet.
            return null;
        }
    }
}
