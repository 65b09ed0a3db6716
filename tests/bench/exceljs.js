// Load a workbook with exceljs, edit one cell, add a sheet, save: node exceljs.js SOURCE TARGET SHEET ROW TITLE
const { Workbook } = require("exceljs");

async function main([source, target, sheet, row, title]) {
  const book = new Workbook();
  await book.xlsx.readFile(source);
  book.getWorksheet(sheet).getCell(Number(row), 1).value = 42;
  book.addWorksheet(title).getCell(1, 1).value = title;
  await book.xlsx.writeFile(target);
}

main(process.argv.slice(2)).catch((error) => {
  console.error(String(error).split("\n")[0]);
  process.exit(1);
});
