using System.Collections.Concurrent;
using Microsoft.Playwright;
using IRequest = Microsoft.Playwright.IRequest;

namespace AmViz.Cluster.Console.Tests;

/// <summary>A page of the console: what it asked for, how much came, and its complaints.</summary>
internal sealed class WatchedPage : IAsyncDisposable
{
    // What is near the screen is there: the text of the page, and pictures where there are some.
    private const string Ready =
        """
        () => document.querySelector('main h1') && !document.querySelector('main > [role=status].note')
          && [...document.querySelectorAll('.strip')].every(strip => strip.getBoundingClientRect().top > innerHeight || strip.querySelector('.tiles'))
          && [...document.querySelectorAll('.picture')].every(one => one.getBoundingClientRect().top > innerHeight || (one.querySelector('img') && one.querySelector('img').complete))
        """;

    // When the page last changed, on its own clock, which begins with the visit: the time of whoever watches, and compiles the watching, does not count.
    private const string Clock =
        """
        (() => {
          const note = () => requestAnimationFrame(() => { window.changedAt = performance.now(); });
          new MutationObserver(note).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
          document.addEventListener('load', note, { capture: true });
        })()
        """;

    private readonly ConcurrentQueue<string> _complaints = [];
    private readonly ConcurrentQueue<IRequest> _finished = [];
    private readonly Uri _server;
    private int _visits;

    private WatchedPage(IPage page, Uri server)
    {
        (Page, _server) = (page, server);
        page.Console += (_, message) => Note(message.Type is "error" or "warning", message.Text);
        page.PageError += (_, error) => Note(true, error);
        page.Request += (_, request) => Note(!request.Url.StartsWith(server.ToString(), StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal), $"left the server: {request.Url}");
        page.RequestFinished += (_, request) => _finished.Enqueue(request);
    }

    public IPage Page { get; }

    /// <summary>Errors of scripts and of the console's policy, requests to others.</summary>
    public IReadOnlyList<string> Complaints => [.. _complaints];

    /// <summary>Requests so far that were answered to the end.</summary>
    public IReadOnlyList<IRequest> Finished => [.. _finished];

    /// <summary>Watches a new page.</summary>
    public static async Task<WatchedPage> OfAsync(IPage page, Uri server)
    {
        await page.AddInitScriptAsync(Clock);
        return new(page, server);
    }

    /// <summary>Goes to a page of the console and waits until it is there.</summary>
    public Task GoAsync(string hash) => ToAsync($"console/{hash}");

    /// <summary>The same from the beginning: the program is loaded again, and all that was noted is forgotten.</summary>
    public Task GoAnewAsync(string hash)
    {
        _complaints.Clear();
        _finished.Clear();
        // Another address; of one that differs after the '#' alone nothing is loaded.
        return ToAsync($"console/?visit={++_visits}{hash}");
    }

    /// <summary>Waits until all that is near the screen is shown.</summary>
    public Task ReadyAsync() => Page.WaitForFunctionAsync(Ready);

    /// <summary>Seconds from the beginning of the visit until the last frame that showed something new.</summary>
    public Task<double> SecondsAsync() => Page.EvaluateAsync<double>("window.changedAt / 1000");

    /// <summary>Bytes of headers and bodies that came so far.</summary>
    public async Task<long> BytesAsync()
    {
        long bytes = 0;
        foreach (var request in _finished)
        {
            var sizes = await request.SizesAsync();
            bytes += sizes.ResponseBodySize + sizes.ResponseHeadersSize;
        }

        return bytes;
    }

    public ValueTask DisposeAsync() => new(Page.Context.CloseAsync());

    private async Task ToAsync(string address)
    {
        await Page.GotoAsync(new Uri(_server, address).ToString());
        await Page.Locator("main h1").WaitForAsync();
    }

    private void Note(bool isComplaint, string text)
    {
        if (isComplaint)
        {
            _complaints.Enqueue(text);
        }
    }
}
