using DuckDB.NET.Data;

namespace AmViz.Storage.Tests.Responses;

/// <summary>Asks another program what a Parquet file says.</summary>
internal static class DuckDb
{
    /// <summary>The rows of an answer, as text.</summary>
    public static async Task<List<string[]>> Query(string sql)
    {
        var token = TestContext.Current.CancellationToken;
        await using var connection = new DuckDBConnection("DataSource=:memory:");
        await connection.OpenAsync(token);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync(token);
        var rows = new List<string[]>();
        while (await reader.ReadAsync(token))
        {
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => Convert.ToString(reader.GetValue(i), System.Globalization.CultureInfo.InvariantCulture)!)]);
        }

        return rows;
    }
}
