autocmd BufNewFile,BufRead *.deriv setfiletype deriv
