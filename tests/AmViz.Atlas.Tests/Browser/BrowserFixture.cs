using AmViz.Atlas.Tests.Browser;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(BrowserFixture))]

namespace AmViz.Atlas.Tests.Browser;

/// <summary>One Chromium for all tests; where there is none, they are skipped.</summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    /// <summary>Names another browser than Debian's.</summary>
    public const string Variable = "AMVIZ_CHROMIUM";

    private static readonly string Executable = Environment.GetEnvironmentVariable(Variable) ?? "/usr/bin/chromium";

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if (File.Exists(Executable))
        {
            _playwright = await Playwright.CreateAsync();
            _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = Executable, Headless = true });
        }
    }

    /// <summary>A page of its own context, which notes what goes wrong on it.</summary>
    public async Task<WatchedPage> OpenAsync(string file, ColorScheme scheme = ColorScheme.Light, int width = 1280, int height = 900)
    {
        Assert.SkipWhen(_browser is null, $"There is no Chromium at {Executable}; install the package 'chromium', or name one in {Variable}.");
        var context = await _browser.NewContextAsync(new() { ColorScheme = scheme, ViewportSize = new() { Width = width, Height = height } });
        var page = await context.NewPageAsync();
        var watched = new WatchedPage(page);
        await page.GotoAsync(file.StartsWith("http:", StringComparison.Ordinal) || file.StartsWith("file:", StringComparison.Ordinal) ? file : file.Split('#', 2) is [var path, var fragment] ? $"{new Uri(path)}#{fragment}" : new Uri(file).ToString());
        return watched;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }
}

/// <summary>A page and its complaints: console errors, exceptions of scripts, files that could not be loaded.</summary>
public sealed class WatchedPage : IAsyncDisposable
{
    // A disk, a page itself, and a server of this machine.
    private static readonly string[] Homes = ["file:", "data:", "http://127.0.0.1:"];

    private readonly List<string> _complaints = [];

    public WatchedPage(IPage page)
    {
        Page = page;
        page.Console += (_, message) => Note(message.Type is "error" or "warning", message.Text);
        page.PageError += (_, error) => Note(true, error);
        page.RequestFailed += (_, request) => Note(true, $"{request.Url}: {request.Failure}");
        page.Request += (_, request) => Note(!Homes.Any(home => request.Url.StartsWith(home, StringComparison.Ordinal)), $"left the disk: {request.Url}");
    }

    public IPage Page { get; }

    public IReadOnlyList<string> Complaints
    {
        get
        {
            lock (_complaints)
            {
                return [.. _complaints];
            }
        }
    }

    public ValueTask DisposeAsync() => new(Page.Context.CloseAsync());

    private void Note(bool isComplaint, string text)
    {
        if (isComplaint)
        {
            lock (_complaints)
            {
                _complaints.Add(text);
            }
        }
    }
}
